using Ecs.Contracts.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Hosted;

/// <summary>A process that stands by while another one leads, and one that starts.</summary>
public sealed class StandbyTests(RealParts parts) : IAsyncLifetime
{
    private const string Unknown = "update ecs_log.mt_events set type = 'task-definition-teleported' where seq_id = 1";
    private const string Known = "update ecs_log.mt_events set type = 'task-definition-registered' where seq_id = 1";

    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.StartAsync(parts);

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Given_a_standby_when_it_takes_over_then_it_goes_on_from_what_it_followed()
    {
        await _house.SendAsync(Web("first"));
        await using var standby = await _house.StartStandbyAsync();
        await House.Until(async () => await IsAsync(standby, HealthStatus.Healthy, "stands by"));
        await _house.SendAsync(Web("second"));
        // Whoever folds the log from its beginning now refuses to lead.
        await _house.TamperAsync(Unknown);

        await _house.StopRegistryAsync();

        Assert.Equal(2, (await _house.AskAsync<TaskDefinitionResult>(Web("first"))).TaskDefinition.Revision);
        Assert.Equal(1, (await _house.DescribeAsync("second")).Revision);
        await _house.TamperAsync(Known);
        await standby.StopAsync();
        await _house.StartRegistryAsync();
    }

    [Fact]
    public async Task Given_an_event_that_it_does_not_know_when_a_process_follows_then_it_says_so_and_leaves_the_lease()
    {
        await _house.SendAsync(Web("first"));
        await _house.StopRegistryAsync();
        await _house.TamperAsync(Unknown);

        await using var standby = await _house.StartStandbyAsync();
        await House.Until(async () => await IsAsync(
            standby,
            HealthStatus.Unhealthy,
            "event 'task-definition-teleported' at position 1 is not known to this version: a newer one wrote it"));
        await _house.TamperAsync("update ecs_log.leases set epoch = 1, holder = null");
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        await _house.TamperAsync(
            "do $$ begin if exists (select from ecs_log.leases where epoch > 1) then raise 'taken'; end if; end $$");

        await _house.TamperAsync(Known);
        await House.Until(async () => await IsAsync(standby, HealthStatus.Healthy, "leads"));
        Assert.Equal(2, (await _house.AskAsync<TaskDefinitionResult>(Web("first"))).TaskDefinition.Revision);
        await standby.StopAsync();
        await _house.StartRegistryAsync();
    }

    [Fact]
    public async Task Given_a_snapshot_that_a_leader_took_when_a_process_starts_then_it_begins_there()
    {
        await _house.SendAsync(Web("first"));
        // Numbers that were drawn in vain: the next event is far enough behind for a snapshot to be due.
        await _house.TamperAsync("select setval('ecs_log.mt_events_sequence', 20000)");
        await _house.SendAsync(Web("first"));
        await House.Until(() => _house.IsSoAsync("exists (select from ecs_log.snapshots where position > 20000)"));
        await _house.SendAsync(Web("second"));
        await _house.StopRegistryAsync();
        // Whoever folds the log from its beginning now refuses to lead.
        await _house.TamperAsync(Unknown);

        await _house.StartRegistryAsync();

        Assert.Equal(3, (await _house.AskAsync<TaskDefinitionResult>(Web("first"))).TaskDefinition.Revision);
        Assert.Equal(1, (await _house.DescribeAsync("second")).Revision);
    }

    private static async Task<bool> IsAsync(WebApplication program, HealthStatus status, string description)
    {
        var leading = (await House.HealthAsync(program)).Entries["leading"];
        return leading.Status == status && leading.Description == description;
    }
}

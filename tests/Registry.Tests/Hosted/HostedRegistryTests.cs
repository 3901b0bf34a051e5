using System.Text;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Snapshots;
using Ecs.Model.TaskDefinitions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Ecs.Registry.Tests.Definitions;

// All tests share the Registry's one queue.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Ecs.Registry.Tests.Hosted;

public sealed class HostedRegistryTests(RealParts parts) : IAsyncLifetime
{
    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.StartAsync(parts);

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Given_a_registration_when_answered_then_every_reference_describes_it()
    {
        var registered = (await _house.AskAsync<TaskDefinitionResult>(Web("api", "9f3c2d1"))).TaskDefinition;

        foreach (var reference in new[] { "api", "api:1", "api:9f3c2d1", registered.TaskDefinitionArn })
        {
            Assert.Equal(registered.Digest, (await _house.DescribeAsync(reference)).Digest);
        }
    }

    [Fact]
    public async Task Given_the_same_command_twice_when_sent_then_it_has_one_effect_and_one_answer()
    {
        var command = Web("twice");

        var first = await _house.SendAsync(command);
        var second = await _house.SendAsync(command);

        Assert.Equal(CanonicalJson.Digest(first.Result), CanonicalJson.Digest(second.Result));
        Assert.Equal(first.Position, second.Position);
        Assert.Equal(1, (await _house.DescribeAsync("twice")).Revision);
    }

    [Fact]
    public async Task Given_a_label_in_use_when_registered_then_equal_content_is_answered_and_other_refused()
    {
        var first = await _house.AskAsync<TaskDefinitionResult>(Web("label", "v1"));

        var equal = await _house.AskAsync<TaskDefinitionResult>(Web("label", "v1"));
        var other = await _house.SendAsync(Web("label", "v1") with { Cpu = "256" });

        Assert.Equal(first.TaskDefinition.TaskDefinitionArn, equal.TaskDefinition.TaskDefinitionArn);
        Assert.Equal("versionLabel", other.Error!.Field);
    }

    [Fact]
    public async Task Given_many_registrations_when_each_was_answered_then_it_is_described_at_once()
    {
        _house.Registry.PauseRelay();
        for (var i = 1; i <= 200; i++)
        {
            var registered = (await _house.AskAsync<TaskDefinitionResult>(Web("many", $"v{i}"))).TaskDefinition;
            Assert.Equal(registered.Revision, (await _house.DescribeAsync($"many:v{i}")).Revision);
        }
    }

    [Fact]
    public async Task Given_a_deregistration_when_answered_then_the_revision_is_inactive_and_the_lists_know()
    {
        await _house.SendAsync(Web("gone"));
        await _house.SendAsync(Web("gone"));

        var answer = await _house.AskAsync<TaskDefinitionResult>(
            new DeregisterTaskDefinition { CommandId = "d1", TaskDefinition = "gone:2" });

        Assert.Equal(TaskDefinitionStatus.Inactive, answer.TaskDefinition.Status);
        Assert.Equal(1, (await _house.DescribeAsync("gone")).Revision);
        var active = await _house.AskAsync<ListTaskDefinitionsResult>(new ListTaskDefinitions());
        Assert.EndsWith("gone:1", Assert.Single(active.TaskDefinitionArns), StringComparison.Ordinal);
        var page = await _house.AskAsync<ListTaskDefinitionsResult>(new ListTaskDefinitions { Status = "INACTIVE" });
        Assert.EndsWith("gone:2", Assert.Single(page.TaskDefinitionArns), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_events_when_relayed_then_they_carry_key_and_headers_and_are_what_is_stored()
    {
        await _house.SendAsync(Web("told", "v1") with { CommandId = "the-command", CorrelationId = "the-thread" });

        var message = await _house.NextEventAsync();

        Assert.Equal("task-definition.task-definition-registered.-.us-east-1.000000000000", message.RoutingKey);
        var headers = message.BasicProperties.Headers!;
        Assert.Equal("arn:aws:ecs:us-east-1:000000000000:task-definition/told", Text(EventHeaders.Stream));
        Assert.Equal("task-definition-registered", Text(EventHeaders.Event));
        Assert.Equal("the-command", Text(EventHeaders.Causation));
        Assert.Equal("the-thread", Text(EventHeaders.Correlation));
        Assert.Equal("a-test", Text(EventHeaders.Actor));
        Assert.Equal(1L, headers[EventHeaders.Version]);
        Assert.True((long)headers[EventHeaders.Position]! > 0);
        Assert.True(DateTimeOffset.TryParse(Text(EventHeaders.LogTime), out _));
        Assert.True(Guid.TryParse(message.BasicProperties.MessageId, out _));
        var body = Encoding.UTF8.GetString(message.Body.Span);
        Assert.Contains("\"versionLabel\":\"v1\"", body, StringComparison.Ordinal);

        string Text(string header) => Encoding.UTF8.GetString((byte[])headers[header]!);
    }

    [Fact]
    public async Task Given_a_paused_relay_when_it_resumes_then_everything_is_published_in_order()
    {
        _house.Registry.PauseRelay();
        for (var i = 1; i <= 5; i++) await _house.SendAsync(Web("ordered", $"v{i}"));
        Assert.Equal(0u, await _house.WaitingEventsAsync());

        _house.Registry.ResumeRelay();

        for (var i = 1; i <= 5; i++)
        {
            Assert.Contains(
                $"\"versionLabel\":\"v{i}\"",
                Encoding.UTF8.GetString((await _house.NextEventAsync()).Body.Span),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Given_a_restart_when_it_is_back_then_it_knows_all_and_published_each_event_once()
    {
        var command = Web("kept", "v1");
        var before = await _house.SendAsync(command);
        // What is published and not known to be is published again.
        await House.Until(() => _house.IsSoAsync(
            $"exists (select from ecs_log.relay_positions where name = 'registry' and position >= {before.Position})"));

        await _house.StopRegistryAsync();
        await _house.StartRegistryAsync();

        Assert.Equal("v1", (await _house.DescribeAsync("kept")).VersionLabel);
        var repeated = await _house.SendAsync(command);
        Assert.Equal(CanonicalJson.Digest(before.Result), CanonicalJson.Digest(repeated.Result));
        Assert.Equal(2, (await _house.AskAsync<TaskDefinitionResult>(Web("kept", "v2"))).TaskDefinition.Revision);
        await _house.NextEventAsync();
        await _house.NextEventAsync();
        Assert.Equal(0u, await _house.WaitingEventsAsync());
    }

    [Fact]
    public async Task Given_a_command_while_it_is_down_when_it_is_back_then_the_command_is_done()
    {
        await _house.StopRegistryAsync();
        var waiting = _house.SendAsync(Web("late"));

        await _house.StartRegistryAsync();

        Assert.Null((await waiting).Error);
    }

    [Fact]
    public async Task Given_states_of_few_positions_when_its_digest_is_asked_for_then_it_is_that_of_the_fold()
    {
        for (var i = 1; i <= 3; i++)
        {
            await _house.SendAsync(Web("digested", $"v{i}"));

            var answer = await _house.SendAsync(new GetFamiliesDigest());

            var (families, position) = await _house.FoldAsync();
            Assert.Equal(position, answer.Position);
            Assert.Equal(
                new StateDigestResult(Families.Format, StateDigest.Of(families)),
                answer.Result!.Value.Deserialize<StateDigestResult>(EcsJson.Options));
        }
    }

    [Fact]
    public async Task Given_a_standby_when_the_leader_ends_then_it_leads()
    {
        await _house.SendAsync(Web("handed-over"));
        await using var standby = await _house.StartStandbyAsync();
        await House.Until(async () => (await House.HealthAsync(standby)).Status is HealthStatus.Healthy);
        Assert.Equal("stands by", (await House.HealthAsync(standby)).Entries["leading"].Description);

        await _house.StopRegistryAsync();

        Assert.Equal(2, (await _house.AskAsync<TaskDefinitionResult>(Web("handed-over"))).TaskDefinition.Revision);
        // It answers before it says so.
        await House.Until(async () => (await House.HealthAsync(standby)).Entries["leading"].Description == "leads");
        await standby.StopAsync();
        await _house.StartRegistryAsync();
    }

    [Theory]
    [InlineData("12", "us-east-1", "account")]
    [InlineData("000000000000", "us:east", "region")]
    public async Task Given_a_scope_that_no_ARN_can_hold_when_sent_then_it_is_refused(
        string account, string region, string field)
    {
        var answer = await _house.SendAsync(Web() with { Account = account, Region = region });

        Assert.Equal((ErrorTypes.InvalidParameter, field), (answer.Error!.Type, answer.Error.Field));
    }
}

using System.Globalization;
using System.Net;
using System.Text.Json;
using Ecs.Auditor.Tests.Replaying;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Rules;
using Npgsql;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>Decisions of both services in a real log, decided again by the Auditor as it is deployed.</summary>
public sealed class DecisionsTests(WrittenLog written) : IAsyncLifetime
{
    private readonly RuledLog _ruled = RuledLog.OfADay();
    private AuditedHouse _house = null!;
    private EventLog _log = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await AuditedHouse.StartAsync(written);
        _log = new EventLog(_house.Connection);
        await using var registry = new Writer(_house.Connection, Services.Registry);
        foreach (var commit in _ruled.Commits)
        {
            var commands = commit.Decisions.Select(decision => decision.Command).ToList();
            var writer = commands[0].Key.Service is Services.Registry ? registry : _house.Writer;
            await writer.CommitAsync(commands);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Given_a_log_that_todays_rules_wrote_when_decided_again_then_all_is_the_same()
    {
        var report = await ReportAsync("/replay/decisions");

        Assert.Equal(0, report.GetProperty("different").GetInt64());
        Assert.Equal(_ruled.Decisions.Count(), report.GetProperty("compared").GetInt64());
        Assert.Equal(_ruled.Commits.Count, report.GetProperty("commits").GetInt64());
        Assert.Equal((await _log.HeadAsync(default)).LastPosition, report.GetProperty("position").GetInt64());
        Assert.Equal(
            [RegistryDecider.Version, SchedulerDecider.Version],
            report.GetProperty("versions").EnumerateArray().Select(by => by.GetProperty("version").GetString()));
    }

    [Fact]
    public async Task Given_an_event_that_was_altered_in_the_database_when_decided_again_then_position_and_field_are_named()
    {
        var (position, instance) = await PlacedAsync();
        await TamperAsync($$"""
            update ecs_log.mt_events set data = jsonb_set(data::jsonb, '{containerInstanceArn}', '"{{instance[..^1]}}f"') where seq_id = {{position}}
            """);

        var report = await ReportAsync("/replay/decisions");

        // What the log says now cannot be, so that nothing can be folded on from there.
        Assert.Contains("contradicts what came before", report.GetProperty("failure").GetString(), StringComparison.Ordinal);
        var difference = report.GetProperty("differences").EnumerateArray().First();
        Assert.Equal(position, difference.GetProperty("position").GetInt64());
        Assert.Equal("run-task", difference.GetProperty("name").GetString());
        var field = difference.GetProperty("fields")[0];
        Assert.EndsWith(".data.containerInstanceArn", field.GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.Equal($"\"{instance}\"", field.GetProperty("again").GetString());
    }

    [Fact]
    public async Task Given_a_command_of_other_rules_when_decided_again_then_the_version_that_decided_it_is_told()
    {
        await TamperAsync("update ecs_log.commands set decider_version = 'scheduler-0' where name = 'stop-task'");

        var report = await ReportAsync("/replay/decisions");

        Assert.Equal(0, report.GetProperty("different").GetInt64());
        var other = report.GetProperty("versions").EnumerateArray().Single(by => !by.GetProperty("isCompared").GetBoolean());
        Assert.Equal(("scheduler-0", 1), (other.GetProperty("version").GetString(), other.GetProperty("commands").GetInt32()));
    }

    [Fact]
    public async Task Given_a_part_of_the_log_when_decided_again_then_it_begins_with_the_state_of_before()
    {
        var (position, _) = await PlacedAsync();
        var end = (await _log.HeadAsync(default)).LastPosition;
        for (var from = 1L; from <= end; from++)
        {
            var report = await ReportAsync($"/replay/decisions?from={from}");
            Assert.Equal(0, report.GetProperty("different").GetInt64());
            Assert.True(report.GetProperty("compared").GetInt64() > 0);
        }

        var one = await ReportAsync($"/replay/decisions?from={position}&to={position}");
        Assert.Equal(1, one.GetProperty("commits").GetInt64());
        Assert.Equal(3, one.GetProperty("compared").GetInt64());
        var none = await ReportAsync("/replay/decisions?to=0");
        Assert.Equal((0, 0), (none.GetProperty("commits").GetInt64(), none.GetProperty("compared").GetInt64()));
    }

    [Fact]
    public async Task Given_an_event_that_cannot_be_read_when_decided_again_then_it_ends_with_its_position()
    {
        var (position, _) = await PlacedAsync();
        await TamperAsync($$"""update ecs_log.mt_events set data = '{"taskArn": 7}' where seq_id = {{position}}""");

        var report = await ReportAsync("/replay/decisions");

        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"at position {position} cannot be read"),
            report.GetProperty("failure").GetString(),
            StringComparison.Ordinal);
        Assert.True(report.GetProperty("position").GetInt64() < position);
        Assert.True(report.GetProperty("compared").GetInt64() > 0);
    }

    [Theory]
    [InlineData("/replay/decisions?from=2&to=1", "to"), InlineData("/replay/decisions?from=99999", "from")]
    [InlineData("/replay/decisions?to=yesterday", "to"), InlineData("/replay/decisions?cluster=a", "cluster")]
    public async Task Given_bad_input_when_decided_again_then_the_field_is_named(string path, string field) =>
        Assert.Equal(field, (await _house.GetAsync(path, HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    private async Task<(long Position, string Instance)> PlacedAsync()
    {
        await foreach (var e in _log.ReadAsync(0))
        {
            if (e.Data is TaskPlaced placed) return (e.Position, placed.ContainerInstanceArn);
        }

        throw new InvalidOperationException("no task was placed");
    }

    private async Task<JsonElement> ReportAsync(string path) => (await _house.LinesAsync(path))[^1].GetProperty("report");

    private Task TamperAsync(string sql) => RunAsync($"set session_replication_role = replica; {sql}");

    private async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_house.Connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

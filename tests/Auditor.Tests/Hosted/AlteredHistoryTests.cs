using System.Net;
using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Npgsql;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>
/// What a history says behind rows that a superuser took away or altered: what is left, and in its place what is not.
/// </summary>
public sealed class AlteredHistoryTests(WrittenLog written) : IAsyncLifetime
{
    private AuditedHouse _house = null!;
    private long _placed;

    public async ValueTask InitializeAsync()
    {
        _house = await AuditedHouse.StartAsync(written);
        var writer = _house.Writer;
        await writer.WriteAsync(new CreateCluster(), ClusterCreated());
        await writer.WriteAsync(new RegisterTaskDefinition(), Registered(1, "v1"));
        await writer.WriteAsync(new RegisterTaskDefinition(), Registered(2, "v2"));
        await writer.WriteAsync(new RegisterContainerInstance { Actor = "agent" }, InstanceRegistered());
        _placed = await writer.WriteAsync(new RunTask { CommandId = "run-1" }, Placed());
        await writer.WriteAsync(new SubmitTaskStates { Actor = "agent" }, Running());
        await writer.WriteAsync(new StopTask { CommandId = "stop-1", CorrelationId = "run-1" }, Stopping());
        await writer.WriteAsync(new SubmitTaskStates { Actor = "agent" }, Stopped());
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    // The task's four events stand behind each other: task-placed, task-running, task-stopping, task-stopped.
    [Theory]
    [InlineData("delete from ecs_log.mt_events where seq_id = P", "version 1 is missing, in front of position P1", 3)]
    [InlineData("delete from ecs_log.mt_events where seq_id = P1", "version 2 is missing, between the positions P and P2", 3)]
    [InlineData("delete from ecs_log.mt_events where seq_id in (P1, P2)", "versions 2 to 3 are missing, between the positions P and P3", 2)]
    [InlineData("delete from ecs_log.mt_events where seq_id = P3", "version 4 is missing, behind position P2", 3)]
    [InlineData("delete from ecs_log.mt_events where stream_id like '%:task/%'", "versions 1 to 4 are missing: nothing is left", 0)]
    [InlineData("update ecs_log.mt_events set type = 'tombstone' where seq_id = P1", "version 2 is missing, between the positions P and P2", 3)]
    [InlineData("update ecs_log.mt_events set stream_id = 'x' where seq_id = P1", "version 2 is missing, between the positions P and P2", 3)]
    [InlineData("update ecs_log.mt_events set version = 9 where seq_id = P3", "versions 4 to 8 are missing, between the positions P2 and P3", 4)]
    [InlineData(
        "update ecs_log.mt_events set seq_id = 99 where seq_id = P1",
        "version 3 stands at position P2, in front of the version before it at 99", 4)]
    [InlineData("update ecs_log.mt_events set data = '7' where seq_id = P1", "event 'task-running' at position P1 cannot be read", 3)]
    [InlineData("update ecs_log.mt_events set data = 'null' where seq_id = P1", "event 'task-running' at position P1 cannot be read", 3)]
    public async Task Given_a_tasks_row_that_was_altered_when_its_history_is_asked_then_what_is_left_is_told_and_the_gap(
        string sql, string what, int left)
    {
        await TamperAsync(sql);

        var history = await _house.GetAsync($"/history?of={TaskId}");

        var gap = Assert.Single(history.GetProperty("gaps").EnumerateArray());
        Assert.StartsWith(At_(what), gap.GetProperty("what").GetString(), StringComparison.Ordinal);
        Assert.Equal(Happenings.Task, gap.GetProperty("stream").GetString());
        Assert.Equal(left, history.GetProperty("entries").GetArrayLength());
    }

    [Fact]
    public async Task Given_nothing_that_was_altered_when_histories_are_asked_then_none_has_a_gap()
    {
        foreach (var of in new[] { TaskId, InstanceId, "default", "web", "web:1" })
        {
            Assert.Equal(0, (await _house.GetAsync($"/history?of={of}")).GetProperty("gaps").GetArrayLength());
        }

        Assert.Equal(0, (await _house.GetAsync("/history?causedBy=run-1")).GetProperty("gaps").GetArrayLength());
    }

    [Fact]
    public async Task Given_pages_when_a_cluster_has_gaps_then_each_is_told_once_with_the_page_that_it_is_in()
    {
        await TamperAsync("delete from ecs_log.mt_events where seq_id in (P1, P3)");
        var told = new List<string>();
        long? after = 0;
        for (var pages = 0; after is not null; pages++)
        {
            Assert.True(pages < 10, "the pages never end");
            var page = await _house.GetAsync($"/history?of=default&limit=1&after={after}");
            var position = page.GetProperty("entries")[0].GetProperty("position").GetInt64();
            told.AddRange(page.GetProperty("gaps").EnumerateArray().Select(gap => $"{position}: {gap.GetProperty("what").GetString()}"));
            after = page.TryGetProperty("nextAfter", out var next) ? next.GetInt64() : null;
        }

        Assert.Equal(
            [
                $"{_placed}: version 2 is missing, between the positions {_placed} and {_placed + 2}",
                $"{_placed + 2}: version 4 is missing, behind position {_placed + 2}",
            ],
            told);
    }

    [Theory]
    [InlineData("delete from ecs_log.mt_events where seq_id = P", "the event at position P is missing", "task-stopping")]
    [InlineData("update ecs_log.mt_events set seq_id = 99 where seq_id = P2", "the event at position P2 is missing", "task-placed")]
    [InlineData("update ecs_log.mt_events set data = '7' where seq_id = P", "event 'task-placed' at position P cannot be read", "task-stopping")]
    public async Task Given_a_commands_event_that_was_altered_when_asked_what_it_caused_then_the_gap_is_told(
        string sql, string what, string left)
    {
        await TamperAsync(sql);

        var caused = await _house.GetAsync("/history?causedBy=run-1");

        var gap = Assert.Single(caused.GetProperty("gaps").EnumerateArray());
        Assert.StartsWith(At_(what), gap.GetProperty("what").GetString(), StringComparison.Ordinal);
        Assert.Equal([left], caused.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("event").GetString()));
        Assert.Equal(2, caused.GetProperty("commands").GetArrayLength());
    }

    [Fact]
    public async Task Given_a_revision_whose_registration_is_gone_when_it_is_asked_for_then_it_is_not_unknown_but_missing()
    {
        await TamperAsync("delete from ecs_log.mt_events where type = 'task-definition-registered' and version = 1");

        Assert.Equal(1, (await _house.GetAsync("/history?of=web")).GetProperty("gaps").GetArrayLength());
        var error = await _house.GetAsync("/history?of=web:1", HttpStatusCode.InternalServerError);
        Assert.Contains("task-definition web: version 1 is missing", Message(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seq_id = P"), InlineData("seq_id = P1"), InlineData("seq_id = P3"), InlineData("stream_id like '%:task/%'")]
    public async Task Given_a_tasks_row_that_is_gone_when_it_is_to_be_explained_then_the_gap_is_the_answer(string gone)
    {
        await TamperAsync($"delete from ecs_log.mt_events where {gone}");

        var error = await _house.GetAsync($"/explain/{TaskId}", HttpStatusCode.InternalServerError);

        Assert.Matches("The log cannot be read: task .*: version.* missing.*Verify it", Message(error));
    }

    private static string Message(JsonElement error) => error.GetProperty("message").GetString()!;

    private string At_(string text) => text.Replace("P1", $"{_placed + 1}", StringComparison.Ordinal)
        .Replace("P2", $"{_placed + 2}", StringComparison.Ordinal).Replace("P3", $"{_placed + 3}", StringComparison.Ordinal)
        .Replace("P", $"{_placed}", StringComparison.Ordinal);

    private async Task TamperAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_house.Connection);
        await using var command = source.CreateCommand($"set session_replication_role = replica; {At_(sql)}");
        await command.ExecuteNonQueryAsync();
    }
}

using System.Net;
using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Npgsql;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.Hosted;

public sealed class LogTests(WrittenLog written) : IAsyncLifetime
{
    private AuditedHouse _house = null!;

    public async ValueTask InitializeAsync() => _house = await AuditedHouse.StartAsync(written);

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Given_events_when_the_log_is_asked_then_each_is_a_line_with_all_that_is_stored()
    {
        await _house.Writer.WriteAsync(
            new RunTask { CommandId = "the-command", CorrelationId = "the-thread", Actor = "alice" }, Placed());

        var line = Assert.Single(await _house.LinesAsync("/log?after=0"));

        Assert.Equal(
            ["position", "id", "logTime", "stream", "version", "event", "causation", "correlation", "actor", "data"],
            line.EnumerateObject().Select(member => member.Name));
        Assert.Equal(Happenings.Task, line.GetProperty("stream").GetString());
        Assert.Equal(1, line.GetProperty("version").GetInt64());
        Assert.Equal("task-placed", line.GetProperty("event").GetString());
        Assert.Equal("the-command", line.GetProperty("causation").GetString());
        Assert.Equal("the-thread", line.GetProperty("correlation").GetString());
        Assert.Equal("alice", line.GetProperty("actor").GetString());
        var data = line.GetProperty("data").Deserialize<TaskPlaced>(Contracts.EcsJson.Options)!;
        Assert.Equal(Contracts.CanonicalJson.Digest(Placed()), Contracts.CanonicalJson.Digest(data));
    }

    [Fact]
    public async Task Given_a_position_and_a_limit_when_the_log_is_asked_then_only_what_is_behind_it_comes()
    {
        var first = await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("a"));
        var last = await _house.Writer.WriteAsync(
            new CreateCluster(), ClusterCreated("b"), ClusterCreated("c"), ClusterCreated("d"));

        Assert.Equal(["b", "c", "d"], Names(await _house.LinesAsync($"/log?after={first}")));
        Assert.Equal(["b", "c"], Names(await _house.LinesAsync($"/log?after={first}&limit=2")));
        Assert.Equal(["a", "b", "c", "d"], Names(await _house.LinesAsync("/log")));
        Assert.Empty(await _house.LinesAsync($"/log?after={last}"));
        foreach (var path in new[] { $"/log?after={last + 1}", $"/log?after={last + 1}&follow=true" })
        {
            var refused = await _house.GetAsync(path, HttpStatusCode.BadRequest);
            Assert.Equal("after", refused.GetProperty("field").GetString());
            Assert.Contains($"the log ends at position {last}", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Given_more_events_than_a_page_when_the_log_is_asked_then_none_is_missing()
    {
        var events = Enumerable.Range(0, 1_201).Select(i => (IEvent)ClusterCreated($"c{i}")).ToArray();
        await _house.Writer.WriteAsync(new CreateCluster(), events);

        Assert.Equal(Enumerable.Range(0, 1_201).Select(i => $"c{i}"), Names(await _house.LinesAsync("/log")));
    }

    [Fact]
    public async Task Given_a_follower_when_events_are_written_then_it_gets_them_until_it_has_enough()
    {
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("before"));
        using var follower = await _house.FollowAsync("/log?after=0&follow=true&limit=3");
        Assert.Equal("before", Name((await follower.NextAsync())!.Value));

        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("live"));
        Assert.Equal("live", Name((await follower.NextAsync())!.Value));

        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("last"), ClusterCreated("too-many"));
        Assert.Equal("last", Name((await follower.NextAsync())!.Value));
        Assert.Null(await follower.NextAsync());
    }

    [Fact]
    public async Task Given_a_follower_when_the_Auditor_stops_then_the_answer_ends_whole()
    {
        using var follower = await _house.FollowAsync("/log?follow=true");

        await _house.StopAuditorAsync();

        Assert.Null(await follower.NextAsync());
    }

    [Theory]
    [InlineData("/log?after=x", "after", "a whole number")]
    [InlineData("/log?after=-1", "after", "from 0")]
    [InlineData("/log?after=", "after", "a whole number")]
    [InlineData("/log?after=1&after=2", "after", "more than once")]
    [InlineData("/log?limit=0", "limit", "from 1")]
    [InlineData("/log?follow=yes", "follow", "true or false")]
    [InlineData("/log?since=1", "since", "is not a parameter here; there are after, limit, follow")]
    [InlineData("/log?kind=box", "kind", "must be of cluster, ")]
    [InlineData("/log?event=boom", "event", "the name of an event")]
    [InlineData("/log?account=1", "account", "12 digits")]
    [InlineData("/log?task=a/b", "task", "must be an id")]
    public async Task Given_bad_input_when_the_log_is_asked_then_field_and_rule_are_named(
        string path, string field, string rule)
    {
        var error = await _house.GetAsync(path, HttpStatusCode.BadRequest);

        Assert.Equal("InvalidParameterException", error.GetProperty("__type").GetString());
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Contains(rule, error.GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_another_path_when_asked_then_the_questions_that_there_are_are_named()
    {
        var error = await _house.GetAsync("/nothing", HttpStatusCode.NotFound);

        var message = error.GetProperty("message").GetString()!;
        Assert.Contains("GET /log, /history, /explain/", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_the_Auditors_sessions_when_looked_at_then_they_can_only_read()
    {
        await _house.LinesAsync("/log");
        await using var source = NpgsqlDataSource.Create(_house.Connection);
        await using var auditors = source.CreateCommand(
            """
            select count(*) from pg_stat_activity
            where application_name like 'auditor%' and datname = current_database()
            """);
        Assert.True((long)(await auditors.ExecuteScalarAsync())! > 0);

        await using var log = new Log.EventLog(AuditorProgram.ReadOnly(_house.Connection));
        var lease = new Log.Lease("scheduler", 1, "nobody");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => log.CommitAsync(lease, [], default));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
    }

    private static IEnumerable<string> Names(IEnumerable<JsonElement> lines) => lines.Select(Name);

    private static string Name(JsonElement line) =>
        line.GetProperty("data").GetProperty("clusterName").GetString()!;
}

using System.Text.Json;
using Ecs.Contracts.Commands;
using Npgsql;

namespace Ecs.Log.Tests;

public sealed class CommitTests(TestLog test) : IClassFixture<TestLog>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_decision_when_committed_then_it_reads_back_as_it_was_decided()
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        var before = await test.Log.HeadAsync(Ct);
        var commit = await test.Log.CommitAsync(
            lease, [Sample.Decided("back", (Sample.Created("back"), 1), (Sample.Deleted("back"), 2))], Ct);

        var events = (await test.AllAsync()).Where(e => e.Stream == Sample.Cluster("back")).ToArray();
        Assert.Equal([1L, 2L], events.Select(e => e.Version));
        Assert.Equal([Sample.Created("back"), Sample.Deleted("back")], events.Select(e => e.Data!));
        Assert.Equal(["cluster-created", "cluster-deleted"], events.Select(e => e.Name));
        Assert.Equal([commit.FirstPosition!.Value, commit.LastPosition], events.Select(e => e.Position));
        Assert.All(events, e =>
        {
            Assert.Equal(("back", "back", "tester"), (e.Causation, e.Correlation, e.Actor));
            Assert.Equal(commit.LogTime, e.LogTime);
            Assert.Equal(EventIds.Of(e.Stream, e.Version, e.Position), e.Id);
        });

        var head = await test.Log.HeadAsync(Ct);
        Assert.Equal(before.Number + 1, head.Number);
        Assert.Equal(new LogHead(commit.Number, commit.LastPosition, commit.LogTime, commit.Hash), head);
        Assert.True(commit.LogTime >= before.LogTime);
    }

    [Fact]
    public async Task Given_streams_interleaved_by_the_decisions_when_committed_then_positions_follow_the_decisions()
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await test.Log.CommitAsync(
            lease,
            [
                Sample.Decided("order-1", (Sample.Created("order-b"), 1)),
                Sample.Decided("order-2", (Sample.Created("order-a"), 1), (Sample.Deleted("order-b"), 2)),
                Sample.Decided("order-3", (Sample.Deleted("order-a"), 2), (Sample.Created("order-b"), 3)),
            ],
            Ct);

        var events = (await test.AllAsync()).Where(e => e.Causation!.StartsWith("order-", StringComparison.Ordinal));
        Assert.Equal(
            ["order-b 1", "order-a 1", "order-b 2", "order-a 2", "order-b 3"],
            events.Select(e => $"{e.Stream.Split('/')[1]} {e.Version}"));
    }

    [Fact]
    public async Task Given_a_refused_command_when_committed_then_it_is_recorded_without_events()
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        var head = await test.Log.HeadAsync(Ct);
        var commit = await test.Log.CommitAsync(lease, [Sample.Decided("refused")], Ct);
        Assert.Null(commit.FirstPosition);
        Assert.Equal(head.LastPosition, commit.LastPosition);

        var known = await test.Log.FindCommandsAsync([Sample.Key("refused"), Sample.Key("never")], Ct);
        var recorded = Assert.Single(known).Value;
        Assert.Equal(head.LastPosition, recorded.Answer.Position);
        Assert.Equal("digest", recorded.Digest);
        Assert.Empty(recorded.Streams);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Given_a_stream_at_another_version_when_appended_then_nothing_is_written(long version)
    {
        var name = $"conflict-{version}";
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await test.Log.CommitAsync(
            lease, [Sample.Decided(name, (Sample.Created(name), 1), (Sample.Deleted(name), 2))], Ct);
        var head = await test.Log.HeadAsync(Ct);

        await Assert.ThrowsAsync<VersionConflictException>(() => test.Log.CommitAsync(
            lease,
            [
                Sample.Decided($"{name}-new", (Sample.Created($"{name}-new"), 1)),
                Sample.Decided($"{name}-again", (Sample.Created(name), version)),
            ],
            Ct));

        Assert.Equal(head, await test.Log.HeadAsync(Ct));
        Assert.DoesNotContain(await test.AllAsync(), e => e.Stream == Sample.Cluster($"{name}-new"));
        Assert.Empty(await test.Log.FindCommandsAsync([Sample.Key($"{name}-new")], Ct));
    }

    [Fact]
    public async Task Given_a_stream_that_is_not_there_when_appended_behind_its_second_event_then_it_is_a_conflict()
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await Assert.ThrowsAsync<VersionConflictException>(() => test.Log.CommitAsync(
            lease, [Sample.Decided("nowhere", (Sample.Created("nowhere"), 3))], Ct));
    }

    [Fact]
    public async Task Given_an_epoch_that_has_passed_when_committing_then_it_is_fenced_before_a_number_is_drawn()
    {
        var old = await test.TakeLeaseAsync(Services.Scheduler);
        var current = await test.TakeLeaseAsync(Services.Scheduler);
        var drawn = await test.ScalarAsync<long>("select last_value from ecs_log.mt_events_sequence");

        await Assert.ThrowsAsync<FencedException>(() => test.Log.CommitAsync(
            old, [Sample.Decided("fenced", (Sample.Created("fenced"), 1))], Ct));
        await Assert.ThrowsAsync<FencedException>(() => test.Log.CommitAsync(
            current with { Holder = "someone else" }, [Sample.Decided("fenced", (Sample.Created("fenced"), 1))], Ct));
        await Assert.ThrowsAsync<FencedException>(() => test.Log.CommitAsync(
            new Lease("nobody", 1, "test"), [Sample.Decided("fenced", (Sample.Created("fenced"), 1))], Ct));

        Assert.Equal(drawn, await test.ScalarAsync<long>("select last_value from ecs_log.mt_events_sequence"));
        await test.Log.CommitAsync(current, [Sample.Decided("fenced", (Sample.Created("fenced"), 1))], Ct);
    }

    [Fact]
    public async Task Given_the_same_command_twice_when_committed_then_the_second_is_refused_by_the_database()
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await test.Log.CommitAsync(lease, [Sample.Decided("twice")], Ct);
        var e = await Assert.ThrowsAsync<PostgresException>(
            () => test.Log.CommitAsync(lease, [Sample.Decided("twice")], Ct));
        Assert.True(CommitFault.IsOfTheCommands(e));

        var routine = Sample.Decided("routine") with { IsRoutine = true };
        await test.Log.CommitAsync(lease, [routine, routine], Ct);
        Assert.Empty(await test.Log.FindCommandsAsync([routine.Key], Ct));
    }

    [Fact]
    public async Task Given_an_event_when_stored_then_its_json_is_the_canonical_text_with_the_house_names()
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await test.Log.CommitAsync(lease, [Sample.Decided("json", (Sample.Created("json"), 1))], Ct);

        var text = await test.ScalarAsync<string>(
            "select data::text from ecs_log.mt_events where stream_id = $1", Sample.Cluster("json"));
        Assert.Equal(
            CommandText.Canonical(Sample.Created("json"), typeof(Contracts.Events.ClusterCreated)),
            CommandText.Canonical(JsonElement.Parse(text)));
        Assert.Contains("\"clusterName\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update ecs_log.mt_events set data = '{}'")]
    [InlineData("delete from ecs_log.commits")]
    [InlineData("truncate ecs_log.commands")]
    [InlineData("delete from ecs_log.mt_streams")]
    public async Task Given_the_log_when_someone_would_rewrite_it_then_the_database_refuses(string sql)
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await test.Log.CommitAsync(
            lease, [Sample.Decided($"rewrite {sql}", (Sample.Created(Guid.NewGuid().ToString("N")), 1))], Ct);
        var e = await Assert.ThrowsAsync<PostgresException>(() => test.RunAsync(sql));
        Assert.Contains("only ever added to", e.MessageText, StringComparison.Ordinal);
    }
}

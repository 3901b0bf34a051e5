using System.Text.Json;
using Ecs.Contracts.Commands;
using Npgsql;

namespace Ecs.Log.Tests;

/// <summary>Where a writer begins, and what it does where that was wrong.</summary>
public sealed class WriterStartTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_start_when_the_writer_is_ready_then_it_has_folded_the_tail_behind_it_and_decides()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        for (var i = 0; i < 3; i++) await log.AppendAsync();
        await log.KeepAsync();
        await log.AppendAsync();
        var whole = await log.FoldAsync();
        await log.ForbidFoldingFromZeroAsync();

        await using var running = Run(log, ct => log.Reader.NearestAsync(long.MaxValue, ct));
        await running.Writer.Ready;

        SnapshotLog.Same(whole, running.Writer.Current.State);
        Assert.Null((await running.Writer.SubmitAsync(Sample.Delete("gone", "c4-3"), Ct)).Error);
        var head = await log.Log.HeadAsync(Ct);
        Assert.Equal(new CommitMark(head.Number, head.Hash), running.Writer.Current.Mark);
    }

    [Fact]
    public async Task Given_a_start_that_is_not_the_fold_of_the_log_when_a_commit_conflicts_then_it_folds_from_zero()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        await log.AppendAsync();
        var wrong = (await log.Reader.ToTheEndAsync(null, Ct)) with { State = SampleState.Empty };

        await using var running = Run(log, _ => Task.FromResult(wrong));
        // The wrong state knows nothing of it, and would make it for the first time.
        var answer = await running.Writer.SubmitAsync(Sample.Create("again", "c1-0"), Ct);

        Assert.Null(answer.Error);
        SnapshotLog.Same(await log.FoldAsync(), running.Writer.Current.State);
        Assert.Single(await log.Test.AllAsync(), e => e.Stream == Sample.Cluster("c1-0"));
    }

    [Fact]
    public async Task Given_a_start_beyond_the_end_of_a_restored_log_when_the_writer_begins_then_it_folds_from_zero()
    {
        await using var ahead = await SnapshotLog.CreateAsync(server);
        await ahead.AppendAsync(20);
        var known = await ahead.Reader.ToTheEndAsync(null, Ct);
        await using var log = await SnapshotLog.CreateAsync(server);
        await log.AppendAsync();

        await using var running = Run(log, _ => Task.FromResult(known));
        await running.Writer.Ready;

        SnapshotLog.Same(await log.FoldAsync(), running.Writer.Current.State);
    }

    [Fact]
    public async Task Given_a_look_up_that_fails_when_the_database_is_back_then_its_commands_are_done_once()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        var decider = new Unlucky { Failures = 3 };
        await using var running = Run(log, decider: decider);

        var answers = await Task.WhenAll(
            running.Writer.SubmitAsync(Sample.Create("one", "one"), Ct),
            running.Writer.SubmitAsync(Sample.Create("two", "two"), Ct));

        Assert.All(answers, answer => Assert.Null(answer.Error));
        Assert.Equal(0, decider.Failures);
        Assert.Equal(2, (await log.Test.AllAsync()).Count);
        Assert.False(running.Ended.IsCompleted);
    }

    [Fact]
    public async Task Given_commits_when_their_states_are_offered_then_a_snapshot_is_what_the_log_folds_to()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        await using var taker = new SnapshotTaker<SampleState>(log.Log, log.Lease, TimeProvider.System, null, every: 5);
        await using (var running = Run(log))
        {
            running.Writer.Committed += _ => taker.Offer(running.Writer.Current);
            for (var i = 0; i < 12; i++) await running.Writer.SubmitAsync(Sample.Run($"run-{i}", 2), Ct);
            await taker.TakenAsync();
        }

        var kept = await log.Reader.NearestAsync(long.MaxValue, Ct);
        Assert.InRange(kept.Position, 5, 24);
        SnapshotLog.Same(await log.FoldAsync(kept.Position), kept.State);
    }

    private static RunningWriter Run(
        SnapshotLog log,
        Func<CancellationToken, Task<Published<SampleState>>>? start = null,
        SampleDecider? decider = null) =>
        new(new GroupWriter<SampleState>(
            log.Log, log.Lease, decider ?? new SampleDecider(), TimeProvider.System, null, start));

    /// <summary>A decider whose look-ups meet a PostgreSQL that is away, for a while.</summary>
    private sealed class Unlucky : SampleDecider
    {
        public int Failures { get; set; }

        public override ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
            IReadOnlyList<Command> group, DateTimeOffset now, CancellationToken ct)
        {
            if (Failures == 0) return base.ResolveAsync(group, now, ct);

            Failures--;
            throw new NpgsqlException("away, for tests");
        }
    }

    private sealed class RunningWriter : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public RunningWriter(GroupWriter<SampleState> writer)
        {
            Writer = writer;
            Ended = writer.RunAsync(_stop.Token);
        }

        public GroupWriter<SampleState> Writer { get; }

        public Task Ended { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Ended;
            _stop.Dispose();
        }
    }
}

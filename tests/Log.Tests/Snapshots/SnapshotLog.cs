using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Model.Snapshots;

namespace Ecs.Log.Tests;

/// <summary>A log of its own with some events and a lease, for tests that keep snapshots of it.</summary>
internal sealed class SnapshotLog : IAsyncDisposable
{
    public const long Every = 10;

    private readonly TestLog _test;
    private Lease _lease;
    private int _commits;

    private SnapshotLog(TestLog test, Lease lease) => (_test, _lease) = (test, lease);

    public TestLog Test => _test;

    public EventLog Log => _test.Log;

    public Lease Lease => _lease;

    public StateReader<SampleState> Reader => new(Log, Services.Scheduler, new SampleDecider().Kinds);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<SnapshotLog> CreateAsync(PostgresServer server)
    {
        var test = new TestLog(server);
        await test.InitializeAsync();
        return new SnapshotLog(test, await test.TakeLeaseAsync(Services.Scheduler));
    }

    public async Task RenewAsync() => _lease = await _test.TakeLeaseAsync(Services.Scheduler);

    /// <summary>One commit of so many events, each in a stream of its own; another service's commit behind it.</summary>
    public async Task AppendAsync(int events = 4)
    {
        var number = ++_commits;
        var own = Enumerable.Range(0, events).Select(i => ((IEvent)Sample.Created($"c{number}-{i}"), 1L)).ToArray();
        await Log.CommitAsync(_lease, [Sample.Decided($"command-{number}", own)], Ct);
    }

    /// <summary>The state at the end, and a snapshot of it.</summary>
    public async Task<Published<SampleState>> KeepAsync(Lease? lease = null)
    {
        var published = await Reader.ToTheEndAsync(null, Ct);
        await using var taker = new SnapshotTaker<SampleState>(Log, lease ?? _lease, TimeProvider.System, null, Every);
        taker.Offer(published);
        await taker.TakenAsync();
        return published;
    }

    public Task<long> CountAsync() => _test.ScalarAsync<long>("select count(*) from ecs_log.snapshots");

    /// <summary>
    /// From here on whoever folds the log from its first event meets one that it does not know: who does not has begun
    /// at a snapshot.
    /// </summary>
    public Task ForbidFoldingFromZeroAsync() =>
        _test.TamperAsync("update ecs_log.mt_events set type = 'cluster-teleported' where seq_id = 1");

    public async Task<SampleState> FoldAsync(long upTo = long.MaxValue)
    {
        var state = SampleState.Empty;
        foreach (var e in (await _test.AllAsync()).Where(e => e.Position <= upTo)) state = state.Apply(e.Data!);
        return state;
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    public static void Same(SampleState expected, SampleState actual) =>
        Assert.Equal(StateDigest.Of(expected), StateDigest.Of(actual));
}

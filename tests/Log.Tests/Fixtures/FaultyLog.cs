using Ecs.Contracts.Events;

namespace Ecs.Log.Tests;

/// <summary>
/// A double for faults only: the real log, except that the reply of a commit can be lost, before or after PostgreSQL
/// has done it. Killing a connection between COMMIT and its reply cannot be timed; what the writer sees is the same.
/// </summary>
internal sealed class FaultyLog(EventLog log) : IWriterLog
{
    /// <summary>What happens to the next commits, in order; when none is left they succeed.</summary>
    public Queue<Fault> Faults { get; } = new();

    public int Commits { get; private set; }

    public int Folds { get; private set; }

    public async Task<Commit> CommitAsync(Lease lease, IReadOnlyList<DecidedCommand> commands, CancellationToken ct)
    {
        Commits++;
        if (!Faults.TryDequeue(out var fault)) return await log.CommitAsync(lease, commands, ct);
        if (fault == Fault.LostAfterCommit) await log.CommitAsync(lease, commands, ct);
        throw fault == Fault.Conflict
            ? new VersionConflictException("a conflict, for tests")
            : new TimeoutException("the reply was lost, for tests");
    }

    public Task<LogHead> HeadAsync(CancellationToken ct)
    {
        Folds++;
        return log.HeadAsync(ct);
    }

    public IAsyncEnumerable<StoredFact> ReadFactsAsync(
        long after, long? upTo, LogFilter? filter, CancellationToken ct) => log.ReadFactsAsync(after, upTo, filter, ct);

    public Task<IReadOnlyDictionary<CommandKey, RecordedCommand>> FindCommandsAsync(
        IReadOnlyCollection<CommandKey> keys, CancellationToken ct) => log.FindCommandsAsync(keys, ct);

    public Task WaitForEarlierAsync(Lease lease, CancellationToken ct) =>
        ((IWriterLog)log).WaitForEarlierAsync(lease, ct);

    internal enum Fault
    {
        LostBeforeCommit,
        LostAfterCommit,
        Conflict,
    }
}

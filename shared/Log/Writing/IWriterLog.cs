namespace Ecs.Log;

/// <summary>What the writer needs of the log; tests put faults here, and a simulation a log in memory.</summary>
internal interface IWriterLog
{
    /// <inheritdoc cref="EventLog.HeadAsync"/>
    Task<LogHead> HeadAsync(CancellationToken ct);

    /// <inheritdoc cref="EventLog.ReadFactsAsync(long, long?, LogFilter?, CancellationToken)"/>
    IAsyncEnumerable<StoredFact> ReadFactsAsync(long after, long? upTo, LogFilter? filter, CancellationToken ct);

    /// <inheritdoc cref="EventLog.FindCommandsAsync"/>
    Task<IReadOnlyDictionary<CommandKey, RecordedCommand>> FindCommandsAsync(
        IReadOnlyCollection<CommandKey> keys, CancellationToken ct);

    /// <inheritdoc cref="EventLog.CommitAsync"/>
    Task<Commit> CommitAsync(Lease lease, IReadOnlyList<DecidedCommand> commands, CancellationToken ct);

    /// <summary>
    /// Returns when no earlier append under this lease is under way any more: what it did is then to be seen.
    /// </summary>
    /// <exception cref="FencedException">The lease has passed on.</exception>
    Task WaitForEarlierAsync(Lease lease, CancellationToken ct);
}

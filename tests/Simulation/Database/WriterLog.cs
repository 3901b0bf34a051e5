using System.Runtime.CompilerServices;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Database;

/// <summary>The log as one process's writer reaches it: over a wire, in transactions of two round trips.</summary>
internal sealed class WriterLog(Wire wire, SimStore store) : IWriterLog
{
    /// <inheritdoc/>
    public Task<LogHead> HeadAsync(CancellationToken ct) => wire.AskAsync("head", () => store.Head, ct);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredFact> ReadFactsAsync(
        long after, long? upTo, LogFilter? filter, [EnumeratorCancellation] CancellationToken ct)
    {
        var page = await wire.AskAsync(
            "read", () => store.Read(after, upTo ?? long.MaxValue, filter, int.MaxValue), ct);
        foreach (var row in page) yield return new(row.Stored.Position, row.Stored.Name, row.Stored.Data);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<CommandKey, RecordedCommand>> FindCommandsAsync(
        IReadOnlyCollection<CommandKey> keys, CancellationToken ct) =>
        wire.AskAsync("find-commands", () => store.Find(keys), ct);

    /// <summary>The tails of streams, for whoever looks definitions up.</summary>
    public Task<IReadOnlyList<StoredEvent>> ReadTailsAsync(
        IReadOnlyDictionary<string, long> afterVersion, CancellationToken ct) =>
        wire.AskAsync("read-tails", () => store.Tails(afterVersion), ct);

    /// <inheritdoc/>
    public async Task<Commit> CommitAsync(Lease lease, IReadOnlyList<DecidedCommand> commands, CancellationToken ct)
    {
        var transaction = await BeginAsync("begin", lease, ct);
        return await wire.AskAsync("commit", () => Write(transaction, lease, commands), ct);
    }

    /// <inheritdoc/>
    public async Task WaitForEarlierAsync(Lease lease, CancellationToken ct)
    {
        var transaction = await BeginAsync("wait-for-earlier", lease, ct);
        store.Lock.Release(transaction);
    }

    private Task<SimTransaction> BeginAsync(string what, Lease lease, CancellationToken ct) =>
        wire.AskAsync<SimTransaction>(
            what, reply => store.Lock.Take(wire.Process, granted => reply(Checked(granted, lease))), ct);

    private Outcome<SimTransaction> Checked(Outcome<SimTransaction> granted, Lease lease)
    {
        if (granted.Value is not { } transaction) return granted;

        var outcome = Outcome<SimTransaction>.Of(() =>
        {
            store.CheckFence(lease);
            return transaction;
        });
        if (outcome.Fault is not null) store.Lock.Release(transaction);
        return outcome;
    }

    private Commit Write(SimTransaction transaction, Lease lease, IReadOnlyList<DecidedCommand> commands)
    {
        if (transaction.State is not TransactionState.Open) throw new IOException("the transaction was ended meanwhile");

        try
        {
            return store.Append(lease, commands);
        }
        finally
        {
            store.Lock.Release(transaction);
        }
    }
}

/// <summary>The log as one process's relay reaches it.</summary>
internal sealed class RelayLog(Wire wire, SimStore store) : IRelayLog
{
    /// <inheritdoc/>
    public Task<RelayPlace> PlaceAsync(string name, CancellationToken ct) => wire.AskAsync(
        "relay-place", () => new RelayPlace(store.Place(name), store.Place(name)), ct);

    /// <inheritdoc/>
    public Task<long> HeadAsync(CancellationToken ct) =>
        wire.AskAsync("relay-head", () => store.Head.LastPosition, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RawEvent>> ReadAsync(
        long after, long upTo, LogFilter owned, int limit, CancellationToken ct) =>
        wire.AskAsync<IReadOnlyList<RawEvent>>(
            "relay-read", () => [.. store.Read(after, upTo, owned, limit).Select(row => row.Raw)], ct);

    /// <inheritdoc/>
    public Task SaveAsync(Lease lease, string name, long position, CancellationToken ct) => wire.AskAsync(
        "relay-save",
        () =>
        {
            store.SavePlace(lease, name, position);
            return true;
        },
        ct);
}

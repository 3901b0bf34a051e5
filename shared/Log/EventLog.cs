using System.Runtime.CompilerServices;
using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Model.Snapshots;
using Npgsql;

namespace Ecs.Log;

/// <summary>
/// The one log of the house: events of all services in one order, which is the order of their commits. Anyone may read,
/// and needs no more than SELECT for it; only the holder of a service's lease appends.
/// </summary>
public sealed class EventLog : IAsyncDisposable, IWriterLog
{
    private readonly CommitTransaction _commits;

    /// <summary>Opens the log; nothing is connected yet, and no table is ever changed.</summary>
    /// <param name="connection">A PostgreSQL connection string; <see cref="LogSchema"/> has been run on it.</param>
    public EventLog(string connection)
    {
        Reading = Connections.ForReading(connection);
        Writing = Connections.ForWriting(connection);
        _commits = new CommitTransaction(Writing);
    }

    /// <summary>Whether a text is a connection string that names a server; nothing is connected.</summary>
    public static bool CanBeOpenedWith(string connection)
    {
        try
        {
            using var source = Connections.ForReading(connection);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }

    internal NpgsqlDataSource Reading { get; }

    internal NpgsqlDataSource Writing { get; }

    /// <summary>
    /// The events after a position, in order, up to a position or to the end that the log has when it gets there. A
    /// page of <see cref="LogLimits.ReadPage"/> is read ahead.
    /// Events that this version does not know come without their data.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// An event's name is known, but its data cannot be read as that event.
    /// </exception>
    public async IAsyncEnumerable<StoredEvent> ReadAsync(
        long after,
        long? upTo = null,
        LogFilter? filter = null,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var row in ReadRowsAsync(after, upTo, filter, ct)) yield return row.ToStored();
    }

    /// <summary>As <see cref="ReadAsync"/>, with no more of each event than a fold needs.</summary>
    /// <exception cref="InvalidDataException">
    /// An event's name is known, but its data cannot be read as that event.
    /// </exception>
    public IAsyncEnumerable<StoredFact> ReadFactsAsync(
        long after, long? upTo = null, LogFilter? filter = null, CancellationToken ct = default) =>
        PagesAhead.ReadAsync(
            after,
            LogLimits.FactPage,
            fact => fact.Position,
            (position, limit, left) => ReadFactsAsync(position, upTo ?? long.MaxValue, filter, limit, left),
            ct);

    /// <summary>As <see cref="ReadAsync"/>, with the facts left as JSON.</summary>
    public async IAsyncEnumerable<RawEvent> ReadRawAsync(
        long after,
        long? upTo = null,
        LogFilter? filter = null,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var row in ReadRowsAsync(after, upTo, filter, ct)) yield return row.ToRaw();
    }

    /// <summary>
    /// The tails of several streams, each after a version of its own, in position order and in one query.
    /// </summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadStreamsAsync(
        IReadOnlyDictionary<string, long> afterVersionByStream, CancellationToken ct)
    {
        if (afterVersionByStream.Count == 0) return [];
        await using var connection = await Reading.OpenConnectionAsync(ct);
        await using var command = EventQuery.Tails(connection, afterVersionByStream);
        return [.. (await ReadAllAsync(command, ct)).Select(row => row.ToStored())];
    }

    /// <summary>The last events of one stream, at most so many, the last first.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadLatestAsync(string stream, int limit, CancellationToken ct)
    {
        await using var connection = await Reading.OpenConnectionAsync(ct);
        await using var command = EventQuery.Latest(connection, stream, limit);
        return [.. (await ReadAllAsync(command, ct)).Select(row => row.ToStored())];
    }

    /// <summary>Those of one stream's events that have these versions.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadVersionsAsync(
        string stream, IReadOnlyCollection<long> versions, CancellationToken ct)
    {
        if (versions.Count == 0) return [];
        await using var connection = await Reading.OpenConnectionAsync(ct);
        await using var command = EventQuery.Versions(connection, stream, versions);
        return [.. (await ReadAllAsync(command, ct)).Select(row => row.ToStored())];
    }

    /// <summary>
    /// The commits behind one of them, by number, up to another, with what was decided in them; one at a time.
    /// </summary>
    /// <exception cref="UnknownEventException">There is an event that this version does not know.</exception>
    /// <exception cref="InvalidDataException">
    /// A commit is missing, an event is of no command, or its name is known and its data cannot be read as that event.
    /// </exception>
    public IAsyncEnumerable<RecordedCommit> ReadDecisionsAsync(long after, long upTo, CancellationToken ct) =>
        new DecisionReading(Reading).ReadAsync(after, upTo, ct);

    /// <summary>The end of the log.</summary>
    public async Task<LogHead> HeadAsync(CancellationToken ct)
    {
        await using var command = Reading.CreateCommand(
            $"select number, last_position, log_time, hash from {LogNames.Schema}.log_head");
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new LogHead(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3));
    }

    /// <summary>
    /// Those of the commands that were decided before, with their answers. Routine reports are never among them: their
    /// ids are not kept.
    /// </summary>
    public Task<IReadOnlyDictionary<CommandKey, RecordedCommand>> FindCommandsAsync(
        IReadOnlyCollection<CommandKey> keys, CancellationToken ct) => CommandLookup.FindAsync(Reading, keys, ct);

    /// <summary>The position of the first event behind a position; null where the log ends.</summary>
    public async Task<long?> FirstAfterAsync(long position, CancellationToken ct)
    {
        await using var command = Reading.CreateCommand(EventQuery.FirstAfter);
        command.Parameters.AddWithValue(position);
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    /// <summary>Whether more than so many events stand behind a position and up to another.</summary>
    public async Task<bool> HasMoreThanAsync(long events, long after, long upTo, CancellationToken ct)
    {
        await using var command = Reading.CreateCommand(EventQuery.HasBehind);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(upTo);
        command.Parameters.AddWithValue(events);
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    /// <summary>Those of the streams that have an event, or had one.</summary>
    public async Task<IReadOnlySet<string>> FindStreamsAsync(IReadOnlyCollection<string> streams, CancellationToken ct)
    {
        await using var command = Reading.CreateCommand(EventQuery.Streams);
        command.Parameters.AddWithValue(streams.ToArray());
        var found = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) found.Add(reader.GetString(0));
        return found;
    }

    /// <summary>The commands that led to the events at these positions; none for a position without an event.</summary>
    public Task<IReadOnlyDictionary<long, CausingCommand>> FindCausesAsync(
        IReadOnlyCollection<long> positions, CancellationToken ct) => CauseLookup.FindAsync(Reading, positions, ct);

    /// <summary>The commands with an id, in one account and region; several where more than one has it.</summary>
    public Task<IReadOnlyList<TiedCommand>> FindSentAsync(
        Scope scope, string id, int limit, CancellationToken ct) =>
        ConsequenceLookup.FindAsync(Reading, scope, id, limit, ct);

    /// <summary>The commands whose ids begin so, in one account and region; all commands are gone through.</summary>
    public Task<IReadOnlyList<TiedCommand>> FindBegunAsync(
        Scope scope, string beginning, int limit, CancellationToken ct) =>
        ConsequenceLookup.BegunAsync(Reading, scope, beginning, limit, ct);

    /// <summary>The commands that a correlation ties together, in one account and region, in their order.</summary>
    public Task<IReadOnlyList<TiedCommand>> FindTiedAsync(
        Scope scope, string correlation, int limit, CancellationToken ct) =>
        ConsequenceLookup.TiedAsync(Reading, scope, correlation, limit, ct);

    /// <summary>The events behind a position that these commands led to, at most so many.</summary>
    public Task<IReadOnlyList<RawEvent>> ReadConsequencesAsync(
        IEnumerable<TiedCommand> commands, long after, int limit, CancellationToken ct) =>
        ConsequenceLookup.EventsAsync(Reading, commands, after, limit, ct);

    /// <summary>
    /// The positions of events that these commands led to and that are not there any more. Commits of a version that
    /// kept no outline say nothing of theirs.
    /// </summary>
    public Task<IReadOnlyList<long>> FindMissingAsync(IEnumerable<TiedCommand> commands, CancellationToken ct) =>
        GapLookup.MissingAsync(Reading, commands, ct);

    /// <summary>
    /// The gaps in parts of streams, from the version in front of each part to the one behind it; to the end that the
    /// stream says it has where nothing is behind.
    /// </summary>
    public Task<IReadOnlyList<StreamGap>> FindGapsAsync(
        IReadOnlyCollection<StreamPart> parts, CancellationToken ct) => GapLookup.FindAsync(Reading, parts, ct);

    /// <summary>
    /// The newest states that a service's leaders left behind, rising, by their digests: the log must fold to them.
    /// </summary>
    /// <param name="service">The service, one of <see cref="Contracts.Commands.Services"/>.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="ct">Gives up.</param>
    public Task<IReadOnlyList<StateMark>> NewestStatesAsync<TState>(
        string service, int limit, CancellationToken ct)
        where TState : ISnapshot<TState> =>
        SnapshotDigests.NewestAsync(Reading, service, TState.Format, limit, ct);

    /// <summary>What a state that a leader left behind wrote of itself; null where it is no longer kept.</summary>
    /// <exception cref="InvalidDataException">It is not what was kept.</exception>
    public async Task<byte[]?> ReadStateAsync(StateMark mark, CancellationToken ct) =>
        await new SnapshotTable(Reading).NewestAsync(mark.Service, mark.Format, mark.Position, ct) is { } kept
        && kept.Position == mark.Position
            ? kept.State.Unpack()
            : null;

    /// <summary>The last whole commit that is no later than a time; the empty moment where there is none.</summary>
    public async Task<LogMoment> FindMomentAsync(DateTimeOffset time, CancellationToken ct) =>
        await MomentLookup.AtAsync(Reading, time, ct) ?? LogMoment.Empty;

    /// <summary>The moment of a position; null where the log has not come to it yet.</summary>
    public async Task<LogMoment?> FindMomentAsync(long position, CancellationToken ct) =>
        position <= 0 ? LogMoment.Empty : await MomentLookup.AtAsync(Reading, position, ct);

    /// <summary>
    /// Writes the decisions in one transaction, in their order, and returns when they are safe on disk. Any other
    /// exception than the two named leaves the outcome unknown: look the commands up before deciding again.
    /// </summary>
    /// <exception cref="FencedException">The lease has passed on; nothing was written.</exception>
    /// <exception cref="VersionConflictException">A stream is at another version; nothing was written.</exception>
    public Task<Commit> CommitAsync(Lease lease, IReadOnlyList<DecidedCommand> commands, CancellationToken ct) =>
        _commits.RunAsync(lease, commands, ct);

    Task IWriterLog.WaitForEarlierAsync(Lease lease, CancellationToken ct) =>
        LogLock.WaitForEarlierAsync(Writing, lease, ct);

    /// <summary>Closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await Reading.DisposeAsync();
        await Writing.DisposeAsync();
    }

    internal async Task<IReadOnlyList<RawEvent>> ReadPageAsync(
        long after, long upTo, LogFilter? filter, int limit, CancellationToken ct) =>
        [.. (await ReadRowsAsync(after, upTo, filter, limit, ct)).Select(row => row.ToRaw())];

    private IAsyncEnumerable<EventRow> ReadRowsAsync(
        long after, long? upTo, LogFilter? filter, CancellationToken ct) => PagesAhead.ReadAsync(
        after,
        LogLimits.ReadPage,
        row => row.Position,
        (position, limit, left) => ReadRowsAsync(position, upTo ?? long.MaxValue, filter, limit, left),
        ct);

    private async Task<List<EventRow>> ReadRowsAsync(
        long after, long upTo, LogFilter? filter, int limit, CancellationToken ct)
    {
        await using var connection = await Reading.OpenConnectionAsync(ct);
        await using var command = EventQuery.Page(connection, after, upTo, filter, limit);
        return await ReadAllAsync(command, ct);
    }

    private async Task<List<StoredFact>> ReadFactsAsync(
        long after, long upTo, LogFilter? filter, int limit, CancellationToken ct)
    {
        await using var connection = await Reading.OpenConnectionAsync(ct);
        await using var command = EventQuery.FactPage(connection, after, upTo, filter, limit);
        var facts = new List<StoredFact>(limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var reading = new FactReading(reader);
        while (await reader.ReadAsync(ct)) facts.Add(reading.Read());
        return facts;
    }

    private static async Task<List<EventRow>> ReadAllAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var rows = new List<EventRow>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add(EventQuery.Read(reader));
        return rows;
    }
}

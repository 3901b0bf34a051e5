using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Simulation.Worlds;
using Npgsql;

namespace Ecs.Simulation.Database;

/// <summary>
/// The database: the log with its commits and commands, leases and relay places. It keeps the rules that PostgreSQL
/// keeps for the real one (shared/Log/Appending): one append at a time, in a transaction that checks the epoch of the
/// lease, the versions of the streams and the keys of the commands.
/// </summary>
internal sealed class SimStore(World world, Guards guards)
{
    /// <summary>One append in this many burns a sequence number, as a transaction that rolls back does.</summary>
    private const int GapEvery = 20;

    private readonly Dictionary<CommandKey, RecordedCommand> _commands = [];
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SimRow>> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _places = new(StringComparer.Ordinal);

    /// <summary>All events, by position.</summary>
    public List<SimRow> Rows { get; } = [];

    /// <summary>All commits, by number.</summary>
    public List<SimCommit> Commits { get; } = [];

    /// <summary>Who leads.</summary>
    public SimLeases Leases { get; } = new(world);

    /// <summary>The lock of an append.</summary>
    public SimLock Lock { get; } = new(world);

    /// <summary>The end of the log.</summary>
    public LogHead Head { get; private set; } = new(0, 0, World.Epoch.AddDays(-1), LogHead.Genesis);

    /// <summary>Writes decisions, in a transaction that holds the lock.</summary>
    /// <exception cref="FencedException">The lease has passed on.</exception>
    /// <exception cref="VersionConflictException">A stream is not where the decision said.</exception>
    /// <exception cref="PostgresException">A command of this id is recorded already.</exception>
    public Commit Append(Lease lease, IReadOnlyList<DecidedCommand> commands)
    {
        CheckFence(lease);
        CheckVersions(commands);
        CheckKeys(commands);

        var logTime = Leases.Clock > Head.LogTime ? Leases.Clock : Head.LogTime;
        var position = Head.LastPosition + (world.Chance.Below(GapEvery) == 0 ? 2 : 0);
        var rows = new List<SimRow>();
        foreach (var command in commands)
        {
            foreach (var e in command.Events) rows.Add(SimRow.Of(e, command, ++position, logTime));
        }

        var last = rows.Count > 0 ? rows[^1].Position : Head.LastPosition;
        var commit = new Commit(
            Head.Number + 1, logTime, rows.Count > 0 ? rows[0].Position : null, last, LogHead.Genesis)
        {
            Events = [.. rows.Select(row => row.Chained)],
        };
        Keep(new SimCommit(commit, lease, commands, rows));
        return commit;
    }

    /// <summary>Refuses an epoch that has passed.</summary>
    public void CheckFence(Lease lease)
    {
        if (guards.Fence && !Leases.IsHeld(lease)) throw new FencedException(lease.Service, lease.Epoch);
    }

    /// <summary>The events of a filter between two positions.</summary>
    public List<SimRow> Read(long after, long upTo, LogFilter? filter, int limit)
    {
        var page = new List<SimRow>();
        for (var i = FirstBehind(after); i < Rows.Count && Rows[i].Position <= upTo && page.Count < limit; i++)
        {
            if (filter?.Kinds is null || filter.Kinds.Contains(Rows[i].Kind)) page.Add(Rows[i]);
        }

        return page;
    }

    /// <summary>The tails of streams, by position.</summary>
    public IReadOnlyList<StoredEvent> Tails(IReadOnlyDictionary<string, long> afterVersion) =>
    [
        .. afterVersion.SelectMany(tail => _streams.GetValueOrDefault(tail.Key, [])
                .Where(row => row.Decided.Version > tail.Value))
            .OrderBy(row => row.Position)
            .Select(row => row.Stored),
    ];

    /// <summary>Those commands that were decided before.</summary>
    public IReadOnlyDictionary<CommandKey, RecordedCommand> Find(IReadOnlyCollection<CommandKey> keys) =>
        guards.KnownCommands
            ? keys.Where(_commands.ContainsKey).ToDictionary(key => key, key => _commands[key])
            : new Dictionary<CommandKey, RecordedCommand>();

    /// <summary>What the log says of one command; null where it says nothing.</summary>
    public RecordedCommand? Recorded(CommandKey key) => _commands.GetValueOrDefault(key);

    /// <summary>Where a relay is.</summary>
    public long Place(string name) => _places.GetValueOrDefault(name);

    /// <summary>Keeps a relay's place.</summary>
    /// <exception cref="FencedException">The lease has passed on.</exception>
    public void SavePlace(Lease lease, string name, long position)
    {
        CheckFence(lease);
        _places[name] = position;
    }

    private int FirstBehind(long position)
    {
        var (low, high) = (0, Rows.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Rows[middle].Position <= position) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void CheckVersions(IReadOnlyList<DecidedCommand> commands)
    {
        if (!guards.Versions) return;

        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var e in commands.SelectMany(command => command.Events))
        {
            var last = seen.TryGetValue(e.Stream, out var own) ? own : _versions.GetValueOrDefault(e.Stream);
            if (e.Version != last + 1)
            {
                throw new VersionConflictException($"{e.Stream} is at {last}, not before {e.Version}");
            }

            seen[e.Stream] = e.Version;
        }
    }

    private void CheckKeys(IReadOnlyList<DecidedCommand> commands)
    {
        if (!guards.KnownCommands) return;

        var own = new HashSet<CommandKey>();
        foreach (var command in commands.Where(command => !command.IsRoutine))
        {
            if (_commands.ContainsKey(command.Key) || !own.Add(command.Key))
            {
                throw new PostgresException(
                    $"{command.Key} is there already", "ERROR", "ERROR", PostgresErrorCodes.UniqueViolation);
            }
        }
    }

    private void Keep(SimCommit made)
    {
        Commits.Add(made);
        Rows.AddRange(made.Rows);
        Head = new LogHead(made.Commit.Number, made.Commit.LastPosition, made.Commit.LogTime, LogHead.Genesis);
        foreach (var row in made.Rows)
        {
            _versions[row.Decided.Stream] = row.Decided.Version;
            if (!_streams.TryGetValue(row.Decided.Stream, out var stream)) _streams[row.Decided.Stream] = stream = [];
            stream.Add(row);
        }

        foreach (var command in made.Commands.Where(command => !command.IsRoutine)) Keep(command, made.Commit);
        if (world.Trace.IsOn) world.Tell("log", Told.Of(made));
    }

    private void Keep(DecidedCommand command, Commit commit)
    {
        var answer = JsonSerializer.Deserialize<Answer>(command.Answer, EcsJson.Options)!;
        _commands.TryAdd(command.Key, new RecordedCommand(
            command.Key,
            command.Digest,
            answer with { Position = commit.LastPosition },
            commit.LogTime,
            [.. command.Events.Select(e => e.Stream).Distinct(StringComparer.Ordinal)]));
    }
}

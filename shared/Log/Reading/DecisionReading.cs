using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Ecs.Log;

/// <summary>A commit with the commands that were decided in it, as the log holds them.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Before">The last position of the log in front of it.</param>
/// <param name="LastPosition">The last position of the log after it.</param>
/// <param name="Decisions">The commands, in the order in which they were decided.</param>
public sealed record RecordedCommit(
    long Number, long Before, long LastPosition, IReadOnlyList<RecordedDecision> Decisions);

/// <summary>A command as it was decided.</summary>
/// <param name="Command">The command with its answer and its events.</param>
/// <param name="Positions">The positions of the events, in their order.</param>
public sealed record RecordedDecision(DecidedCommand Command, IReadOnlyList<long> Positions);

/// <summary>
/// Reads what was decided, commit by commit, as it streams by: one commit is in memory at a time. Whether the rows are
/// what was hashed is not looked at; <see cref="LogChain"/> does that.
/// </summary>
internal sealed class DecisionReading(NpgsqlDataSource source)
{
    private readonly ChainRows _rows = new(source);

    public async IAsyncEnumerable<RecordedCommit> ReadAsync(
        long after, long upTo, [EnumeratorCancellation] CancellationToken ct)
    {
        var last = after == 0
            ? ChainCommit.Genesis
            : (await _rows.CommitsAsync(after - 1, after, ct)).SingleOrDefault();
        while (last is not null && last.Number < upTo)
        {
            var page = await _rows.CommitsAsync(last.Number, upTo, ct);
            if (page.Count == 0) throw Missing(last.Number + 1);
            await using var events = new Ahead<ChainRow>(
                _rows.EventsAsync(last.LastPosition, page[^1].LastPosition, ct), ct);
            await using var commands = new Ahead<ChainCommandRow>(
                _rows.CommandsAsync(last.Number, page[^1].Number, ct), ct);
            foreach (var commit in page)
            {
                if (commit.Number != last.Number + 1) throw Missing(last.Number + 1);
                var own = await events.TakeAsync(row => row.Event.Position <= commit.LastPosition);
                var decided = await commands.TakeAsync(row => row.Commit <= commit.Number);
                yield return new RecordedCommit(
                    commit.Number, last.LastPosition, commit.LastPosition, Decisions(own, decided));
                last = commit;
            }
        }

        if (last is null) throw Missing(after);
    }

    private static List<RecordedDecision> Decisions(
        List<ChainRow> events, List<ChainCommandRow> commands)
    {
        var decisions = new List<RecordedDecision>(commands.Count);
        var next = 0;
        foreach (var (_, _, command) in commands)
        {
            var first = next;
            while (next < events.Count && IsOf(command, events[next].Event.Position)) next++;
            decisions.Add(Decision(command, [.. events.Take(first..next).Select(row => row.Event)]));
        }

        return next == events.Count
            ? decisions
            : throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"the event '{events[next].Event.Name}' at position {events[next].Event.Position} is of no command"));
    }

    private static bool IsOf(ChainedCommand command, long position) =>
        position >= command.FirstPosition && position <= command.LastPosition;

    private static RecordedDecision Decision(ChainedCommand command, ChainedEvent[] events)
    {
        var body = JsonElement.Parse(command.Body);
        var decided = new DecidedCommand(
            command.Key,
            command.Name,
            command.IsRoutine,
            command.Body,
            command.Digest,
            command.Resolved,
            command.ReceivedAt,
            Text(body, "actor"),
            Text(body, "correlationId") ?? command.Key.CommandId,
            command.DeciderVersion,
            [.. events.Select(Event)],
            command.Answer);
        return new RecordedDecision(decided, [.. events.Select(e => e.Position)]);
    }

    private static DecidedEvent Event(ChainedEvent e)
    {
        var fact = Facts.Read(e.Name, e.Position, Encoding.UTF8.GetBytes(e.Data))
            ?? throw new UnknownEventException(e.Name, e.Position);
        return new DecidedEvent(fact, e.Stream, e.Version, e.Name, e.Data);
    }

    private static string? Text(JsonElement body, string member) =>
        body.ValueKind is JsonValueKind.Object
        && body.TryGetProperty(member, out var text)
        && text.ValueKind is JsonValueKind.String
            ? text.GetString()
            : null;

    private static InvalidDataException Missing(long commit) => new(ChainWords.NoCommit(commit).Reason);
}

using System.Text.Json;

namespace Ecs.Log;

/// <summary>A commit as it was read from a file, checked against its hash and the commit before it.</summary>
internal sealed record MovedCommit(Commit Commit, ChainedEvent[] Events, ChainedCommand[] Commands)
{
    /// <summary>Reads a line.</summary>
    /// <exception cref="ImportRefusedException">It is no commit, or not the one that was hashed.</exception>
    public static MovedCommit Read(JsonElement line, LogHead previous, long number)
    {
        try
        {
            var content = line.GetProperty("content");
            var events = content.GetProperty("events").EnumerateArray().Select(Event).ToArray();
            var commands = content.GetProperty("commands").EnumerateArray().Select(Command).ToArray();
            var commit = new Commit(
                content.GetProperty("number").GetInt64(),
                Time(content.GetProperty("logTime")),
                events.Length > 0 ? events[0].Position : null,
                events.Length > 0 ? events[^1].Position : previous.LastPosition,
                line.GetProperty("hash").GetString()!);
            Check(commit, events, previous, number);
            var hash = CommitContent.Hash(previous.Hash, commit.Number, commit.LogTime, events, commands);
            return hash == commit.Hash
                ? new MovedCommit(commit, events, commands)
                : throw new ImportRefusedException($"commit {commit.Number} was altered: its hash is another", number);
        }
        catch (Exception e)
            when (e is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new ImportRefusedException($"is no commit as ecs export writes it: {e.Message}", number);
        }
    }

    private static void Check(Commit commit, ChainedEvent[] events, LogHead previous, long line)
    {
        if (commit.Number != previous.Number + 1)
        {
            throw new ImportRefusedException($"is commit {commit.Number}, not {previous.Number + 1}", line);
        }

        if (commit.LogTime < previous.LogTime) throw new ImportRefusedException("its time falls", line);
        var last = previous.LastPosition;
        foreach (var e in events)
        {
            if (e.Position <= last) throw new ImportRefusedException($"position {e.Position} follows {last}", line);
            if (e.Id != EventIds.Of(e.Stream, e.Version, e.Position))
            {
                throw new ImportRefusedException($"the id at position {e.Position} is not its event's", line);
            }

            last = e.Position;
        }
    }

    private static ChainedEvent Event(JsonElement e) => new(
        e.GetProperty("position").GetInt64(),
        e.GetProperty("id").GetGuid(),
        e.GetProperty("stream").GetString()!,
        e.GetProperty("version").GetInt64(),
        e.GetProperty("name").GetString()!,
        Text(e, "causation"),
        Text(e, "correlation"),
        Text(e, "actor"),
        CommandText.Canonical(e.GetProperty("data")));

    private static ChainedCommand Command(JsonElement c) => new(
        new CommandKey(
            c.GetProperty("service").GetString()!,
            c.GetProperty("account").GetString()!,
            c.GetProperty("region").GetString()!,
            c.GetProperty("commandId").GetString()!),
        c.GetProperty("name").GetString()!,
        c.GetProperty("routine").GetBoolean(),
        CommandText.Canonical(c.GetProperty("body")),
        c.GetProperty("digest").GetString()!,
        c.TryGetProperty("resolved", out var resolved) ? CommandText.Canonical(resolved) : null,
        Time(c.GetProperty("receivedAt")),
        c.GetProperty("deciderVersion").GetString()!,
        CommandText.Canonical(c.GetProperty("answer")),
        Number(c, "firstPosition"),
        Number(c, "lastPosition"));

    private static DateTimeOffset Time(JsonElement microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(checked(microseconds.GetInt64() * TimeSpan.TicksPerMicrosecond));

    private static string? Text(JsonElement of, string member) =>
        of.TryGetProperty(member, out var text) ? text.GetString() : null;

    private static long? Number(JsonElement of, string member) =>
        of.TryGetProperty(member, out var number) ? number.GetInt64() : null;
}

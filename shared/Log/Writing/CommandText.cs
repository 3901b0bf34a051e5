using System.Text;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Model;

namespace Ecs.Log;

/// <summary>Commands and answers as the canonical text that is stored and hashed.</summary>
internal static class CommandText
{
    private const string EscapedNul = "\\u0000";

    public static string Canonical(object value, Type type) =>
        Encoding.UTF8.GetString(CanonicalJson.Bytes(value, type));

    public static string Canonical(JsonElement value) => Encoding.UTF8.GetString(CanonicalJson.Bytes(value));

    /// <summary>
    /// A repeat may come with another deadline, on behalf of another actor, or under another correlation.
    /// </summary>
    public static string DigestOf(Command command)
    {
        var same = command with { CommandId = null, Deadline = null, Actor = null, CorrelationId = null };
        return CanonicalJson.Digest(same, same.GetType());
    }

    public static Answer AnswerOf(Command command, Decision decision) => new()
    {
        CommandId = command.CommandId,
        Result = decision.Result is null
            ? null
            : JsonSerializer.SerializeToElement(decision.Result, decision.Result.GetType(), EcsJson.Options),
        Error = decision.Error,
    };

    public static DecidedCommand Decided(
        Arrived arrived,
        string deciderVersion,
        DateTimeOffset now,
        IReadOnlyList<DecidedEvent> events,
        Answer answer) =>
        new(
            arrived.Key,
            arrived.Name,
            arrived.IsRoutine,
            arrived.Body,
            arrived.Digest,
            arrived.Resolved is { } resolved ? Canonical(resolved) : null,
            now,
            arrived.Command.Actor,
            arrived.Command.CorrelationId ?? arrived.Key.CommandId,
            deciderVersion,
            events,
            Canonical(answer, typeof(Answer)));

    /// <summary>
    /// Whether a text in it holds U+0000, which PostgreSQL cannot keep: the commit of the group would fail.
    /// </summary>
    /// <param name="canonical">Canonical JSON, which writes that character in one way only.</param>
    public static bool HasNul(string canonical) =>
        canonical.Contains(EscapedNul, StringComparison.Ordinal) && HasNul(JsonElement.Parse(canonical));

    // What only looks like it, a backslash before those letters, is told apart by reading.
    private static bool HasNul(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Contains('\0', StringComparison.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Any(HasNul),
        JsonValueKind.Object => value.EnumerateObject()
            .Any(member => member.Name.Contains('\0', StringComparison.Ordinal) || HasNul(member.Value)),
        _ => false,
    };
}

using System.Text;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Model;

namespace Ecs.Log;

/// <summary>Commands and answers as the canonical text that is stored and hashed.</summary>
internal static class CommandText
{
    public static string Canonical(object value, Type type) =>
        Canonical(JsonSerializer.SerializeToElement(value, type, EcsJson.Options));

    public static string Canonical(JsonElement value) => Encoding.UTF8.GetString(CanonicalJson.Bytes(value));

    /// <summary>
    /// A repeat may come with another deadline, on behalf of another actor, or under another correlation.
    /// </summary>
    public static string DigestOf(Command command)
    {
        var same = command with { CommandId = null, Deadline = null, Actor = null, CorrelationId = null };
        return CanonicalJson.Digest(JsonSerializer.SerializeToElement(same, same.GetType(), EcsJson.Options));
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
    public static bool HasNul(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Contains('\0', StringComparison.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Any(HasNul),
        JsonValueKind.Object => value.EnumerateObject()
            .Any(member => member.Name.Contains('\0', StringComparison.Ordinal) || HasNul(member.Value)),
        _ => false,
    };
}

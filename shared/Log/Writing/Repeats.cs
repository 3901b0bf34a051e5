using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Log;

/// <summary>What is answered without deciding: repeats of a command, and commands that came too late.</summary>
internal static class Repeats
{
    /// <summary>What the sender learns of a bug; the rest is in the service's own log.</summary>
    public static readonly CommandError Broken = new(
        ErrorTypes.Server, "deciding this command failed inside the service, nothing of it was done; its log says why");

    /// <summary>The answer to the repeat of a command that the log knows.</summary>
    public static Answer Of(Arrived repeat, RecordedCommand first, DateTimeOffset now)
    {
        if (repeat.Digest != first.Digest) return Conflict(repeat, first.Answer, first.Streams);
        return now - first.LogTime > LogLimits.Duplicates
            ? TooOld(repeat)
            : first.Answer with { CommandId = repeat.Command.CommandId };
    }

    /// <summary>The answer to the repeat of a command of the same group.</summary>
    public static Answer Of(Arrived repeat, DecidedCommand first)
    {
        var answer = JsonSerializer.Deserialize<Answer>(first.Answer, EcsJson.Options)!;
        return repeat.Digest == first.Digest
            ? answer with { CommandId = repeat.Command.CommandId }
            : Conflict(repeat, answer, first.Events.Select(e => e.Stream).Distinct(StringComparer.Ordinal));
    }

    /// <summary>Why a command is refused whose sender has given up. It is recorded, so that it is never done.</summary>
    public static CommandError DeadlinePassed(DateTimeOffset deadline) => new(
        ErrorTypes.Client,
        $"the deadline {deadline:O} had passed before the command could be decided; it was not done and, under this "
        + "id, never will be");

    public static Answer Refuse(Command command, CommandError error) =>
        new() { CommandId = command.CommandId, Error = error };

    private static Answer TooOld(Arrived repeat) => Refuse(repeat.Command, new CommandError(
        ErrorTypes.Client,
        $"{Id(repeat)} was used more than {LogLimits.Duplicates.TotalHours:0} hours ago, too long for a repeat; "
        + "a new command needs a new one"));

    private static Answer Conflict(Arrived repeat, Answer first, IEnumerable<string> streams)
    {
        var message = $"{Id(repeat)} was used before, for a command with another content";
        var error = new CommandError(ErrorTypes.Conflict, message) { ResourceIds = Resources(first, [.. streams]) };
        return Refuse(repeat.Command, error);
    }

    /// <summary>What the sender knows it by: its own id, or the token that stands for it.</summary>
    private static string Id(Arrived repeat) =>
        repeat.Key == repeat.SendingKey ? $"the id '{repeat.Key.CommandId}'" : "this client token";

    /// <summary>
    /// What the first command made. Where it made tasks, its answer names them: a cluster that it touched, and tasks of
    /// others that found room by it, are not its own.
    /// </summary>
    private static IReadOnlyList<string> Resources(Answer first, IReadOnlyList<string> streams) =>
        first.Result is { ValueKind: JsonValueKind.Object } result
            && result.TryGetProperty("tasks", out var tasks)
            && tasks.ValueKind is JsonValueKind.Array
                ? [.. tasks.EnumerateArray().Select(task => task.GetProperty("taskArn").GetString()!)]
                : streams;
}

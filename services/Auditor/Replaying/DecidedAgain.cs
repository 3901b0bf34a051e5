using System.Globalization;
using System.Text.Json;
using Ecs.Auditor.Comparing;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model;

namespace Ecs.Auditor.Replaying;

/// <summary>
/// Decides a recorded command again, on the state that the log had in front of it and at the time that it was decided,
/// and tells what of the outcome is another. Pure.
/// </summary>
internal static class DecidedAgain
{
    /// <summary>The differing fields, of the events and then of the answer; none where all is the same.</summary>
    public static IReadOnlyList<DecisionField> Compare<TState>(
        RecordedRules<TState> decider, TState before, DecidedCommand first)
        where TState : IState<TState>
    {
        try
        {
            var outcome = GroupStep.Decide(
                decider,
                before,
                [Arrived(decider, first)],
                new Dictionary<CommandKey, RecordedCommand>(),
                first.ReceivedAt);
            return outcome switch
            {
                { Decided: [var second] } => Between(first, second),
                { Answers: [{ Fault: { } fault }] } => [Failed("decision", $"{fault.GetType().Name}: {fault.Message}")],
                _ => [Failed("decision", "nothing that is recorded")],
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return [Failed("body", $"cannot be read as {first.Name}: {e.Message}")];
        }
    }

    private static Arrived Arrived<TState>(RecordedRules<TState> decider, DecidedCommand first)
        where TState : IState<TState>
    {
        var type = CommandTypes.Find(first.Name) ?? throw new ArgumentException("there is no such command");
        var command = (Command?)JsonSerializer.Deserialize(first.Body, type.Type, EcsJson.Options)
            ?? throw new ArgumentException("it is empty");
        return Log.Arrived.Of(command, decider.Service) with
        {
            Resolved = first.Resolved is { } text ? JsonElement.Parse(text) : null,
        };
    }

    private static List<DecisionField> Between(DecidedCommand first, DecidedCommand second)
    {
        var fields = new List<DecisionField>();
        for (var i = 0; i < Math.Max(first.Events.Count, second.Events.Count); i++)
        {
            AddEvent(fields, i, first.Events.ElementAtOrDefault(i), second.Events.ElementAtOrDefault(i));
        }

        if (first.Answer != second.Answer)
        {
            fields.AddRange(FieldChanges.Between(JsonElement.Parse(first.Answer), JsonElement.Parse(second.Answer))
                .Select(change => new DecisionField(null, $"answer.{change.Path}", change.Before, change.After)));
        }

        Add(fields, null, "commandId", first.Key.CommandId, second.Key.CommandId);
        Add(fields, null, "account", first.Key.Account, second.Key.Account);
        Add(fields, null, "region", first.Key.Region, second.Key.Region);
        Add(fields, null, "digest", first.Digest, second.Digest);
        return fields;
    }

    private static void AddEvent(List<DecisionField> fields, int index, DecidedEvent? first, DecidedEvent? second)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"events[{index}]");
        // Of two facts that are not even of one kind about one thing, no member says more.
        if (first is null || second is null || first.Name != second.Name || first.Stream != second.Stream)
        {
            Add(fields, index, path, Told(first), Told(second));
            return;
        }

        if (first.Version != second.Version)
        {
            fields.Add(new DecisionField(index, $"{path}.version", $"{first.Version}", $"{second.Version}"));
        }

        if (first.Data == second.Data) return;

        fields.AddRange(FieldChanges.Between(JsonElement.Parse(first.Data), JsonElement.Parse(second.Data))
            .Select(change => new DecisionField(index, $"{path}.data.{change.Path}", change.Before, change.After)));
    }

    private static void Add(List<DecisionField> fields, int? index, string path, string? first, string? second)
    {
        if (first != second) fields.Add(new DecisionField(index, path, Json(first), Json(second)));
    }

    private static DecisionField Failed(string path, string why) => new(null, path, null, Json(why));

    private static string? Told(DecidedEvent? e) => e is null ? null : $"{e.Name} {e.Stream}";

    private static string? Json(string? text) => text is null ? null : JsonSerializer.Serialize(text, EcsJson.Options);
}

/// <summary>A field of a decision that is another today.</summary>
/// <param name="Event">The place, from 0, of the event that it is of; null where it is of no event.</param>
/// <param name="Path">Its path, such as <c>events[0].data.group</c> or <c>answer.error.message</c>.</param>
/// <param name="Recorded">Its value in the log, as JSON; null where there is none.</param>
/// <param name="Again">Its value when decided again.</param>
internal sealed record DecisionField(int? Event, string Path, string? Recorded, string? Again);

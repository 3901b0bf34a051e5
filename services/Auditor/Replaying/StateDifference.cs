using System.Text;
using System.Text.Json;
using Ecs.Auditor.Comparing;
using Ecs.Model.Snapshots;

namespace Ecs.Auditor.Replaying;

/// <summary>Finds the first thing that two states of one form say differently, by their lines.</summary>
internal static class StateDifference
{
    // What a line is about, wherever it stands in it.
    private static readonly string[] Names = ["arn", "stream", "taskArn"];

    /// <summary>The first difference; null where there is none.</summary>
    /// <param name="kept">What the leader's state wrote of itself.</param>
    /// <param name="folded">The state that the log folds to.</param>
    public static StateField? First<TState>(byte[] kept, TState folded)
        where TState : ISnapshot<TState>
    {
        using var content = new MemoryStream();
        folded.Write(content);
        return First(Lines(kept), Lines(content.ToArray()));
    }

    private static StateField? First(string[] leaders, string[] replayed)
    {
        var (own, others) = (Beside(leaders, replayed), Beside(replayed, leaders));
        if (own.Count == 0 && others.Count == 0)
        {
            var place = leaders.Zip(replayed).TakeWhile(pair => pair.First == pair.Second).Count();
            return place == leaders.Length
                ? null
                : new StateField(About(Parse(leaders[place])), "its place", null, null);
        }

        var first = Parse(own.Count > 0 ? own[0] : others[0]);
        var about = About(first);
        var before = own.Select(Parse).FirstOrDefault(line => About(line) == about);
        var after = others.Select(Parse).FirstOrDefault(line => About(line) == about);
        // What only one of them has at all has no single field.
        if (!IsThere(before) || !IsThere(after))
        {
            var (name, thing) = (first.EnumerateObject().First().Name, JsonSerializer.Serialize(about));
            return new StateField(about, name, IsThere(before) ? thing : null, IsThere(after) ? thing : null);
        }

        var change = FieldChanges.Between(before, after)[0];
        return new StateField(about, change.Path, change.Before, change.After);
    }

    private static List<string> Beside(string[] lines, string[] others)
    {
        var known = others.ToHashSet(StringComparer.Ordinal);
        return [.. lines.Where(line => !known.Contains(line))];
    }

    private static string[] Lines(byte[] content) =>
        Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static JsonElement Parse(string line) => JsonElement.Parse(line);

    private static bool IsThere(JsonElement line) => line.ValueKind is not JsonValueKind.Undefined;

    // The nearest name to the line's beginning: a task's own stands above those of its containers.
    private static string About(JsonElement line)
    {
        for (IReadOnlyList<JsonElement> level = [line]; level.Count > 0; level = [.. level.SelectMany(Below)])
        {
            foreach (var thing in level)
            {
                foreach (var name in Names)
                {
                    if (thing.TryGetProperty(name, out var arn)) return arn.ToString();
                }
            }
        }

        return "";
    }

    private static IEnumerable<JsonElement> Below(JsonElement thing) => thing.EnumerateObject()
        .Select(member => member.Value)
        .Where(value => value.ValueKind is JsonValueKind.Object);
}

/// <summary>A field that a leader's state and the fold of the log have differently.</summary>
/// <param name="Of">The ARN of the thing that it is of.</param>
/// <param name="Path">Its path, such as <c>task.lastStatus</c>.</param>
/// <param name="Leader">The leader's value, as JSON; null where there is none.</param>
/// <param name="Replayed">That of the fold.</param>
internal sealed record StateField(string Of, string Path, string? Leader, string? Replayed);

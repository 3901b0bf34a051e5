using System.Text.RegularExpressions;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Model.Tagging;

/// <summary>What tags may be, as the ECS model documents it.</summary>
public static partial class TagRules
{
    /// <summary>The most tags of one resource, and of one command; the house's own do not count.</summary>
    public const int MaxTags = 50;

    /// <summary>The longest key, in Unicode characters.</summary>
    public const int MaxKey = 128;

    /// <summary>The longest value, in Unicode characters.</summary>
    public const int MaxValue = 256;

    /// <summary>Keys that begin so, in any case, are the house's own.</summary>
    public const string Reserved = "aws:";

    private const string Characters = "must have only letters, digits, spaces and the characters + - = . _ : / @";

    /// <summary>The first rule that tags break; null where they keep them all or there are none.</summary>
    /// <param name="tags">The tags.</param>
    /// <param name="field">The member that they stand in.</param>
    public static CommandError? Broken(IReadOnlyList<Tag?>? tags, string field = "tags")
    {
        if (tags is null) return null;

        if (tags.Count > MaxTags) return Wrong(field, $"must be at most {MaxTags}");

        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tags.Count; i++)
        {
            if (tags[i] is not { } tag) return Wrong($"{field}[{i}]", "must be a tag");

            if (Key(tag.Key, $"{field}[{i}].key") is { } key) return key;

            if (Length(tag.Value) > MaxValue)
            {
                return Wrong($"{field}[{i}].value", $"must be at most {MaxValue} characters");
            }

            if (!Allowed().IsMatch(tag.Value ?? "")) return Wrong($"{field}[{i}].value", Characters);

            if (!keys.Add(tag.Key!)) return Wrong($"{field}[{i}].key", "must not be given twice");
        }

        return null;
    }

    /// <summary>The first rule that keys break which are to be taken; null where they keep them all.</summary>
    public static CommandError? BrokenKeys(IReadOnlyList<string?>? keys)
    {
        if (keys is null or { Count: 0 }) return Wrong("tagKeys", "must be given");

        if (keys.Count > MaxTags) return Wrong("tagKeys", $"must be at most {MaxTags}");

        return keys.Select((key, i) => Key(key, $"tagKeys[{i}]")).FirstOrDefault(error => error is not null);
    }

    /// <summary>Whether a tag is one of the house's own.</summary>
    public static bool IsReserved(string key) => key.StartsWith(Reserved, StringComparison.OrdinalIgnoreCase);

    private static CommandError? Key(string? key, string field) => key switch
    {
        null or "" => Wrong(field, "must be given"),
        _ when Length(key) > MaxKey => Wrong(field, $"must be at most {MaxKey} characters"),
        _ when IsReserved(key) => Wrong(field, $"must not begin with '{Reserved}': such tags are the house's own"),
        _ when !Allowed().IsMatch(key) => Wrong(field, Characters),
        _ => null,
    };

    private static int Length(string? text) => text?.EnumerateRunes().Count() ?? 0;

    // \p{L} and its like know only the basic plane of Unicode here: what lies beyond is compared by its pairs.
    [GeneratedRegex(@"\A(?:[\p{L}\p{Z}\p{N}_.:/=+\-@]|\p{Cs}{2})*\z")]
    private static partial Regex Allowed();
}

using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.Tagging;

/// <summary>The tags of one resource, which are kept by key in ordinal order, so that a state has one form.</summary>
public static class TagList
{
    /// <summary>No tags.</summary>
    public static IReadOnlyList<Tag> None { get; } = [];

    /// <summary>
    /// Tags in their order; of one key said twice the last holds, a value that is not there is empty.
    /// </summary>
    public static IReadOnlyList<Tag> Of(IEnumerable<Tag>? tags)
    {
        if (tags is null) return None;

        var byKey = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in tags) byKey[tag.Key!] = tag.Value ?? "";
        return byKey.Count == 0 ? None : [.. byKey.Select(pair => new Tag { Key = pair.Key, Value = pair.Value })];
    }

    /// <summary>The tags after a change.</summary>
    public static IReadOnlyList<Tag> After(this IReadOnlyList<Tag> tags, ResourceTagsChanged change) => Of(
        tags.Where(tag => !change.Taken.Contains(tag.Key!, StringComparer.Ordinal)).Concat(change.Put));

    /// <summary>What an event or a snapshot keeps of tags: null where there are none.</summary>
    public static IReadOnlyList<Tag>? Kept(this IReadOnlyList<Tag> tags) => tags.Count == 0 ? null : tags;
}

namespace Ecs.Placement.Indexing;

/// <summary>
/// A value of an attribute, or a hostname: the group's tasks on all instances that have it count together.
/// </summary>
/// <param name="text">The value, as one strategy knows it.</param>
internal sealed class SharedValue(string text)
{
    /// <summary>
    /// The most instances of a value that is small, in instances. When the count of a small value changes, all of its
    /// instances get another key; instances of a large one stand in a partition of their own, which has the count once.
    /// </summary>
    public const int MaxSmall = 32;

    /// <summary>The value, as one strategy knows it.</summary>
    public string Text { get; } = text;

    /// <summary>The group's tasks on all of its instances.</summary>
    public int Count { get; set; }

    /// <summary>Whether its count stands in its partitions and not in the keys of its instances.</summary>
    public bool IsLarge { get; set; }

    /// <summary>The instances that have it.</summary>
    public List<Entry> Entries { get; } = [];

    /// <summary>Whether it has outgrown what it was taken for.</summary>
    public bool IsOutgrown => !IsLarge && Entries.Count > 2 * MaxSmall;
}

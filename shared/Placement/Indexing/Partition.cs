namespace Ecs.Placement.Indexing;

/// <summary>
/// The instances that have the same large values: what those values count is the same for all of them, so their order
/// among themselves does not change with it.
/// </summary>
/// <param name="leading">The large value of the first strategy; null where it has none here.</param>
internal sealed class Partition(SharedValue? leading)
{
    /// <summary>The tree of those that could have a task if they have room.</summary>
    public Entry? Root;

    /// <summary>The large value of the first strategy, whose count is its score of every instance here.</summary>
    public SharedValue? Leading { get; } = leading;
}

using Ecs.Model.Fleet;

namespace Ecs.Placement.Indexing;

/// <summary>An instance as one view knows it, and its node in the tree of its partition.</summary>
internal sealed class Entry(InstanceState state, uint priority, SharedValue?[] values)
{
    /// <summary>The instance.</summary>
    public InstanceState State { get; set; } = state;

    /// <summary>Its place among all of the cluster's instances by name, from 0.</summary>
    public int Rank { get; set; }

    /// <summary>How many tasks of the view's group it has.</summary>
    public int Count { get; set; }

    /// <summary>Whether it matches what does not depend on its tasks.</summary>
    public bool IsMember { get; set; }

    /// <summary>What it has in common with others, for each strategy that counts by it; null for the others.</summary>
    public SharedValue?[] Values { get; } = values;

    /// <summary>The tree that it belongs to; it stands in it only while <see cref="IsIn"/>.</summary>
    public Partition Partition { get; set; } = null!;

    /// <summary>Whether it stands in the tree: nothing but a lack of cpu or memory keeps tasks from it.</summary>
    public bool IsIn { get; set; }

    /// <summary>Where it stands there.</summary>
    public SortKey Key;

    /// <summary>What is free on it.</summary>
    public Room Room;

    /// <summary>The most that is free on it and below it in the tree.</summary>
    public Room Most;

    /// <summary>Those in front of it.</summary>
    public Entry? Left;

    /// <summary>Those behind it.</summary>
    public Entry? Right;

    /// <summary>Larger than that of every node below it, which keeps the tree shallow.</summary>
    public readonly uint Priority = priority;

    /// <summary>Tells the most anew; whether it changed.</summary>
    public bool Sum()
    {
        var most = Room;
        if (Left is not null) most = most.Max(Left.Most);
        if (Right is not null) most = most.Max(Right.Most);
        if (most == Most) return false;

        Most = most;
        return true;
    }
}

namespace Ecs.Placement.Indexing;

/// <summary>
/// A treap: a binary tree ordered by key and, from top to bottom, by priority. Each node knows the most room below it,
/// so that "the first in order that has room" passes over whole subtrees.
/// </summary>
internal static class Tree
{
    /// <summary>Puts an entry in; its key and room are set.</summary>
    public static void Insert(ref Entry? root, Entry entry)
    {
        ref var at = ref root;
        while (at is not null && at.Priority >= entry.Priority)
        {
            at.Most = at.Most.Max(entry.Room);
            at = ref entry.Key.CompareTo(at.Key) < 0 ? ref at.Left : ref at.Right;
        }

        Split(at, entry.Key, out entry.Left, out entry.Right);
        entry.Sum();
        at = entry;
    }

    /// <summary>Takes an entry out, by the key that it was put in with.</summary>
    public static void Remove(ref Entry? root, Entry entry)
    {
        if (ReferenceEquals(root, entry))
        {
            root = Merge(entry.Left, entry.Right);
            (entry.Left, entry.Right) = (null, null);
            return;
        }

        ref var below = ref entry.Key.CompareTo(root!.Key) < 0 ? ref root.Left : ref root.Right;
        Remove(ref below, entry);
        root.Sum();
    }

    /// <summary>Tells the most room anew where an entry's has changed; false where nothing above it changes.</summary>
    public static bool Renew(Entry root, Entry entry) =>
        (ReferenceEquals(root, entry)
            || Renew((entry.Key.CompareTo(root.Key) < 0 ? root.Left : root.Right)!, entry))
        && root.Sum();

    /// <summary>The first entry that has room; null where none has.</summary>
    public static Entry? First(Entry? root, Room needed)
    {
        while (root is not null && root.Most.Holds(needed))
        {
            if (First(root.Left, needed) is { } before) return before;
            if (root.Room.Holds(needed)) return root;

            root = root.Right;
        }

        return null;
    }

    /// <summary>The first entry at a key or behind it that has room; null where none has.</summary>
    public static Entry? First(Entry? root, Room needed, SortKey from)
    {
        while (root is not null && root.Most.Holds(needed))
        {
            if (root.Key.CompareTo(from) >= 0)
            {
                return First(root.Left, needed, from)
                    ?? (root.Room.Holds(needed) ? root : First(root.Right, needed));
            }

            root = root.Right;
        }

        return null;
    }

    private static void Split(Entry? root, SortKey key, out Entry? before, out Entry? behind)
    {
        if (root is null)
        {
            (before, behind) = (null, null);
            return;
        }

        if (root.Key.CompareTo(key) < 0)
        {
            Split(root.Right, key, out root.Right, out behind);
            before = root;
        }
        else
        {
            Split(root.Left, key, out before, out root.Left);
            behind = root;
        }

        root.Sum();
    }

    private static Entry? Merge(Entry? before, Entry? behind)
    {
        if (before is null) return behind;
        if (behind is null) return before;

        if (before.Priority >= behind.Priority)
        {
            before.Right = Merge(before.Right, behind);
            before.Sum();
            return before;
        }

        behind.Left = Merge(before, behind.Left);
        behind.Sum();
        return behind;
    }
}

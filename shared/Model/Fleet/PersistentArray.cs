namespace Ecs.Model.Fleet;

/// <summary>
/// An array that never changes in place: each change is a new array that shares all of the old one but one path. So two
/// versions are compared in time proportional to what differs: a node that both have need not be looked into.
/// An open one changes the nodes in place that it has made itself.
/// </summary>
/// <typeparam name="T">The items; a slot may be empty.</typeparam>
internal sealed class PersistentArray<T>
    where T : class
{
    // 32 to a node: three levels hold 32,768 instances, and a change copies three short arrays.
    private const int Bits = 5;
    private const int Width = 1 << Bits;

    private readonly object?[] _root;
    private readonly int _levels;

    /// <summary>Stands behind the items of every node that this open array has made; null where it is closed.</summary>
    private readonly object? _owner;

    private PersistentArray(object?[] root, int levels, int length, object? owner) =>
        (_root, _levels, Length, _owner) = (root, levels, length, owner);

    /// <summary>No slots.</summary>
    public static PersistentArray<T> Empty { get; } = new(new object?[Width + 1], 1, 0, null);

    /// <summary>The number of slots, empty ones included.</summary>
    public int Length { get; }

    /// <summary>The item of a slot; null where it is empty.</summary>
    public T? this[int slot]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Length);
            var node = _root;
            for (var level = _levels - 1; level > 0; level--)
            {
                node = (object?[])node[(slot >> (level * Bits)) & (Width - 1)]!;
            }

            return (T?)node[slot & (Width - 1)];
        }
    }

    /// <summary>The array for one who changes it often and looks at the last version alone; this one stays.</summary>
    public PersistentArray<T> Open() => new(_root, _levels, Length, new object());

    /// <summary>The array as it is now, for good.</summary>
    public PersistentArray<T> Close() => new(_root, _levels, Length, null);

    /// <summary>The array with another item in a slot; the slot behind the last one is a new one.</summary>
    public PersistentArray<T> SetItem(int slot, T? item)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)slot, (uint)Length);
        var (root, levels) = (_root, _levels);
        if (slot == 1 << (levels * Bits))
        {
            root = new object?[Width + 1];
            root[0] = _root;
            levels++;
        }

        root = Set(root, levels - 1, slot, item);
        return root == _root && slot < Length
            ? this
            : new PersistentArray<T>(root, levels, Math.Max(Length, slot + 1), _owner);
    }

    /// <summary>Tells every slot whose item is not the same object in both.</summary>
    /// <param name="older">One version.</param>
    /// <param name="newer">Another version, of whatever descent.</param>
    /// <param name="differs">Told of the item before and after; null where the slot is empty or not there.</param>
    public static void Compare(PersistentArray<T> older, PersistentArray<T> newer, Action<T?, T?> differs)
    {
        var levels = Math.Max(older._levels, newer._levels);
        Compare(older.Raised(levels), newer.Raised(levels), levels - 1, differs);
    }

    private static void Compare(object?[]? older, object?[]? newer, int level, Action<T?, T?> differs)
    {
        if (ReferenceEquals(older, newer)) return;

        for (var i = 0; i < Width; i++)
        {
            var (before, after) = (older?[i], newer?[i]);
            if (ReferenceEquals(before, after)) continue;

            if (level == 0) differs((T?)before, (T?)after);
            else Compare((object?[]?)before, (object?[]?)after, level - 1, differs);
        }
    }

    private object?[] Set(object?[]? node, int level, int slot, T? item)
    {
        var own = Own(node);
        var at = (slot >> (level * Bits)) & (Width - 1);
        own[at] = level == 0 ? item : Set((object?[]?)own[at], level - 1, slot, item);
        return own;
    }

    private object?[] Own(object?[]? node)
    {
        if (node is not null && _owner is not null && node[Width] == _owner) return node;

        var copy = node is null ? new object?[Width + 1] : (object?[])node.Clone();
        copy[Width] = _owner;
        return copy;
    }

    private object?[] Raised(int levels)
    {
        var root = _root;
        for (var level = _levels; level < levels; level++)
        {
            var above = new object?[Width + 1];
            above[0] = root;
            root = above;
        }

        return root;
    }
}

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Ecs.Model.Fleet;

/// <summary>
/// The container instances of a cluster, ACTIVE and DRAINING. Immutable; two versions are compared in time proportional
/// to what differs between them, so that whoever keeps an index of one can bring it up to the other.
/// </summary>
public sealed class InstanceTable
{
    private readonly ImmutableSortedDictionary<string, int> _slots;
    private readonly PersistentArray<InstanceState> _instances;
    private readonly ImmutableStack<int> _free;

    /// <summary>Slots of an open table that were looked for, since they are again: null where it is closed.</summary>
    private readonly Dictionary<string, int>? _found;

    private InstanceTable(
        ImmutableSortedDictionary<string, int> slots,
        PersistentArray<InstanceState> instances,
        ImmutableStack<int> free,
        Dictionary<string, int>? found = null) => (_slots, _instances, _free, _found) = (slots, instances, free, found);

    /// <summary>No instances.</summary>
    public static InstanceTable Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal),
        PersistentArray<InstanceState>.Empty,
        []);

    /// <summary>How many instances there are.</summary>
    public int Count => _slots.Count;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _slots.IsEmpty;

    /// <summary>The ARNs, in ordinal order.</summary>
    public IEnumerable<string> Arns => _slots.Keys;

    /// <summary>The instance of an ARN; null where the cluster has none.</summary>
    public InstanceState? Find(string arn) => TryFind(arn, out var slot) ? _instances[slot] : null;

    /// <summary>The instance of an ARN.</summary>
    public bool TryGetValue(string arn, [NotNullWhen(true)] out InstanceState? instance) =>
        (instance = Find(arn)) is not null;

    /// <summary>Every instance, in the ordinal order of the ARNs.</summary>
    public IEnumerable<InstanceState> InNameOrder() => _slots.Values.Select(slot => _instances[slot]!);

    /// <inheritdoc cref="FleetState.Open"/>
    public InstanceTable Open() =>
        new(_slots, _instances.Open(), _free, new Dictionary<string, int>(StringComparer.Ordinal));

    /// <inheritdoc cref="FleetState.Close"/>
    public InstanceTable Close() => new(_slots, _instances.Close(), _free);

    /// <summary>The table with an instance as it is now, new or known.</summary>
    public InstanceTable SetItem(InstanceState instance)
    {
        if (TryFind(instance.Arn, out var known))
        {
            var instances = _instances.SetItem(known, instance);
            return instances == _instances ? this : new InstanceTable(_slots, instances, _free, _found);
        }

        var (slot, free) = _free.IsEmpty ? (_instances.Length, _free) : (_free.Peek(), _free.Pop());
        return new InstanceTable(_slots.Add(instance.Arn, slot), _instances.SetItem(slot, instance), free, _found);
    }

    /// <summary>The table without an instance.</summary>
    public InstanceTable Remove(string arn)
    {
        if (!TryFind(arn, out var slot)) return this;

        _found?.Remove(arn);
        return new InstanceTable(_slots.Remove(arn), _instances.SetItem(slot, null), _free.Push(slot), _found);
    }

    private bool TryFind(string arn, out int slot)
    {
        if (_found is not null && _found.TryGetValue(arn, out slot)) return true;
        if (!_slots.TryGetValue(arn, out slot)) return false;

        _found?.Add(arn, slot);
        return true;
    }

    /// <summary>
    /// Tells every instance that is not the same in both tables, once: before and after, null where it is not there.
    /// </summary>
    public static void Compare(
        InstanceTable older, InstanceTable newer, Action<InstanceState?, InstanceState?> differs) =>
        PersistentArray<InstanceState>.Compare(older._instances, newer._instances, (before, after) =>
        {
            if (before is not null && before.Arn == after?.Arn)
            {
                differs(before, after);
                return;
            }

            // An instance that left and came back may have another slot: it is told where it was.
            if (before is not null && newer.Find(before.Arn) is var now && !ReferenceEquals(before, now))
            {
                differs(before, now);
            }

            if (after is not null && older.Find(after.Arn) is null) differs(null, after);
        });
}

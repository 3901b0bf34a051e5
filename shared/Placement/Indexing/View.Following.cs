using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Placement.Scanning;

namespace Ecs.Placement.Indexing;

/// <summary>
/// How a view moves from one version of the cluster's instances to another, whatever lies between them.
/// </summary>
internal sealed partial class View
{
    private readonly List<(InstanceState? Before, InstanceState? After)> _changes = [];
    private readonly Action<InstanceState?, InstanceState?> _collect;

    /// <summary>Makes the view stand at a version.</summary>
    public void StandAt(InstanceTable instances)
    {
        if (ReferenceEquals(_standing, instances)) return;

        _changes.Clear();
        if (_standing is not null) InstanceTable.Compare(_standing, instances, _collect);

        // Taking an entry out and putting it in again costs about what putting it in for the first time does, twice.
        var isFar = _standing is null || _changes.Count * 2 > instances.Count;

        // If anything throws on the way, the view stands nowhere and is built anew.
        _standing = null;
        if (!isFar) Follow();
        if (isFar || _isOutgrown) Build(instances);

        _changes.Clear();
        _standing = instances;
    }

    private void Follow()
    {
        var moves = false;
        foreach (var (before, after) in _changes)
        {
            if (before is not null && after is not null) Change(_entries[before.Arn], after);
            else moves = true;
        }

        if (moves) Move();
    }

    /// <summary>Lets instances come and go, which gives all of them other ranks.</summary>
    private void Move()
    {
        foreach (var (before, after) in _changes)
        {
            if (before is null || after is not null) continue;

            _entries.Remove(before.Arn, out var gone);
            Withdraw(gone!);
            _byName.RemoveAt(IndexOf(before.Arn));
        }

        var come = new List<Entry>();
        foreach (var (before, after) in _changes)
        {
            if (after is null || before is not null) continue;

            come.Add(Make(after));
            _byName.Insert(~IndexOf(after.Arn), come[^1]);
        }

        // Those that were there keep their order among themselves, so the trees stay right.
        for (var rank = 0; rank < _byName.Count; rank++)
        {
            _byName[rank].Rank = rank;
            _byName[rank].Key = _byName[rank].Key.With(rank, _rankBits);
        }

        // One that joins may settle another that shares a value with it.
        come.ForEach(entry => entry.Partition = PartitionOf(entry));
        come.ForEach(Join);
    }

    private void Change(Entry entry, InstanceState after)
    {
        var before = entry.State;
        entry.State = after;
        if (!ReferenceEquals(before.Profile, after.Profile) || !ReferenceEquals(before.Attributes, after.Attributes)
            || before.AgentConnected != after.AgentConnected || before.RegisteredAt != after.RegisteredAt)
        {
            Withdraw(entry);
            Learn(entry);
            Join(entry);
            return;
        }

        var count = CountOn(after);
        if (count != entry.Count)
        {
            var more = count - entry.Count;
            entry.Count = count;
            CountIn(entry, more);
        }

        Settle(entry);
    }

    private void Join(Entry entry)
    {
        CountIn(entry, entry.Count);
        entry.Partition = PartitionOf(entry);
        Settle(entry);
    }

    private void Withdraw(Entry entry)
    {
        if (entry.IsIn) Tree.Remove(ref entry.Partition.Root, entry);
        entry.IsIn = false;
        foreach (var value in entry.Values) value?.Entries.Remove(entry);
        CountIn(entry, -entry.Count);
        for (var i = 0; i < entry.Values.Length; i++)
        {
            if (entry.Values[i] is { IsLarge: false, Entries.Count: 0 } unused) _values[i].Remove(unused.Text);
        }
    }

    /// <summary>Counts more tasks of the group in an entry's values, which may move all that share one.</summary>
    private void CountIn(Entry entry, int more)
    {
        if (more == 0) return;

        for (var i = 0; i < entry.Values.Length; i++)
        {
            if (entry.Values[i] is not { } value) continue;

            value.Count += more;
            if (value.IsLarge || i >= _scores) continue;

            foreach (var other in value.Entries)
            {
                if (!ReferenceEquals(other, entry)) Settle(other);
            }
        }
    }

    /// <summary>Puts an entry where it belongs now, or nowhere.</summary>
    private void Settle(Entry entry)
    {
        var (passes, key, room) = (Passes(entry), KeyOf(entry), Room.On(entry.State));
        if (entry.IsIn && passes && key == entry.Key)
        {
            if (room == entry.Room) return;

            entry.Room = room;
            Tree.Renew(entry.Partition.Root!, entry);
            return;
        }

        if (entry.IsIn) Tree.Remove(ref entry.Partition.Root, entry);
        (entry.Key, entry.Room, entry.IsIn) = (key, room, passes);
        if (passes) Tree.Insert(ref entry.Partition.Root, entry);
    }

    private bool Passes(Entry entry)
    {
        var instance = entry.State;
        if (!entry.IsMember || instance.Status is not InstanceStatus.Active || !instance.AgentConnected) return false;
        if (_kind.Rules.IsDistinct && entry.Count > 0) return false;
        if (Filters.TakenPort(instance, _kind.Needs) is not null) return false;

        foreach (var query in _passing)
        {
            if (!query.Matches(instance)) return false;
        }

        return true;
    }

    private SortKey KeyOf(Entry entry)
    {
        Span<int> scores = stackalloc int[_scores];
        for (var i = 0; i < scores.Length; i++)
        {
            if (entry.Values[i] is not { IsLarge: true }) scores[i] = Score(entry, i);
        }

        return SortKey.Of(scores, entry.Rank);
    }

    private int IndexOf(string arn)
    {
        var (from, to) = (0, _byName.Count);
        while (from < to)
        {
            var middle = (from + to) >>> 1;
            var order = string.CompareOrdinal(_byName[middle].State.Arn, arn);
            if (order == 0) return middle;

            if (order < 0) from = middle + 1;
            else to = middle;
        }

        return ~from;
    }
}

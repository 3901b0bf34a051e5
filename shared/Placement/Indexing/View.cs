using Ecs.Model.ClusterQueries;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;

namespace Ecs.Placement.Indexing;

/// <summary>
/// The instances of one cluster in the order in which requests of one kind want them. It stands at one version of the
/// cluster's instances and moves to the one that is asked for.
/// </summary>
internal sealed partial class View
{
    private readonly PlacementRequest _kind;
    private readonly Strategy[] _strategies;
    private readonly ClusterQuery[] _lasting;
    private readonly ClusterQuery[] _passing;

    // Strategies behind random decide nothing: no two instances are equal in it.
    private readonly int _scores;
    private readonly bool _isRandom;
    private readonly SortKey _rankBits;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<Entry> _byName = [];
    private readonly Dictionary<string, SharedValue>[] _values;
    private readonly Dictionary<string, Partition> _partitionsByName = new(StringComparer.Ordinal);
    private readonly List<Partition> _partitions = [];

    private InstanceTable? _standing;
    private bool _isOutgrown;
    private uint _made;

    /// <summary>A view for all requests of one kind.</summary>
    public View(PlacementRequest kind)
    {
        _kind = kind;
        _strategies = kind.Rules.Strategies;
        _scores = Array.FindIndex(_strategies, strategy => strategy.Kind is StrategyKind.Random);
        _isRandom = _scores >= 0;
        if (!_isRandom) _scores = _strategies.Length;
        _rankBits = SortKey.RankBits(_scores);
        _lasting = [.. kind.Rules.Members.Where(member => !member.DependsOnTasks)];
        _passing = [.. kind.Rules.Members.Where(member => member.DependsOnTasks)];
        _values = [.. _strategies.Select(_ => new Dictionary<string, SharedValue>(StringComparer.Ordinal))];
        _collect = (before, after) => _changes.Add((before, after));
    }

    /// <summary>When it was last used, by the count of its index.</summary>
    public long LastUse { get; set; }

    private void Build(InstanceTable instances)
    {
        _entries.Clear();
        _byName.Clear();
        foreach (var values in _values) values.Clear();
        _partitionsByName.Clear();
        _partitions.Clear();

        foreach (var instance in instances.InNameOrder())
        {
            var entry = Make(instance);
            entry.Rank = _byName.Count;
            _byName.Add(entry);
            foreach (var value in entry.Values)
            {
                if (value is not null) value.Count += entry.Count;
            }
        }

        for (var i = 0; i < _scores; i++)
        {
            foreach (var value in _values[i].Values) value.IsLarge = value.Entries.Count > SharedValue.MaxSmall;
        }

        foreach (var entry in _byName)
        {
            entry.Partition = PartitionOf(entry);
            Settle(entry);
        }

        _isOutgrown = false;
    }

    /// <summary>A new entry, with its values but not yet counted in them.</summary>
    private Entry Make(InstanceState instance)
    {
        // A multiplicative hash of a running number: the shape of the trees has no part in any answer.
        var entry = new Entry(instance, ++_made * 2_654_435_769u, new SharedValue?[_strategies.Length]);
        _entries.Add(instance.Arn, entry);
        Learn(entry);
        return entry;
    }

    /// <summary>Looks up anew what an entry's instance is, apart from what runs on it.</summary>
    private void Learn(Entry entry)
    {
        entry.Count = CountOn(entry.State);
        entry.IsMember = Array.TrueForAll(_lasting, query => query.Matches(entry.State));
        for (var i = 0; i < _strategies.Length; i++)
        {
            if (!_strategies[i].IsShared) continue;

            var text = Scores.Value(entry.State, _strategies[i]);
            if (!_values[i].TryGetValue(text, out var value))
            {
                value = new SharedValue(text);
                _values[i].Add(text, value);
            }

            entry.Values[i] = value;
            value.Entries.Add(entry);
            if (i < _scores && value.IsOutgrown) _isOutgrown = true;
        }
    }

    private Partition PartitionOf(Entry entry)
    {
        var name = "";
        for (var i = 0; i < _scores; i++)
        {
            if (entry.Values[i] is { IsLarge: true } large) name = $"{name}{i}:{large.Text.Length}:{large.Text}";
        }

        if (!_partitionsByName.TryGetValue(name, out var partition))
        {
            partition = new Partition(_scores > 0 && entry.Values[0] is { IsLarge: true } leading ? leading : null);
            _partitionsByName.Add(name, partition);
            _partitions.Add(partition);
        }

        return partition;
    }

    private int CountOn(InstanceState instance) =>
        _kind.Rules.CountsGroup ? instance.Groups.GetValueOrDefault(_kind.Group) : 0;

    /// <summary>What a strategy makes of an instance; not for random, which depends on the request.</summary>
    private int Score(Entry entry, int strategy) => _strategies[strategy].Kind switch
    {
        StrategyKind.BinpackCpu => entry.State.FreeCpu,
        StrategyKind.BinpackMemory => entry.State.FreeMemory,
        StrategyKind.SpreadInstance => entry.Count,
        _ => entry.Values[strategy]!.Count,
    };
}

using Ecs.Model.Fleet;
using Ecs.Placement.Asking;

namespace Ecs.Placement.Scanning;

/// <summary>What each strategy makes of each instance of one cluster, looked up the plain way.</summary>
internal sealed class Scores
{
    private readonly PlacementRequest _request;
    private readonly Dictionary<string, long>?[] _shared;
    private readonly int _instances;
    private readonly int _draw;

    /// <summary>Counts what strategies need to know of all instances.</summary>
    public Scores(InstanceTable instances, PlacementRequest request)
    {
        var strategies = request.Rules.Strategies;
        (_request, _instances, _draw) = (request, instances.Count, request.Draw(instances.Count));
        _shared = new Dictionary<string, long>?[strategies.Length];
        for (var i = 0; i < strategies.Length; i++)
        {
            if (strategies[i].IsShared) _shared[i] = Counts(instances, strategies[i]);
        }
    }

    /// <summary>The numbers of one instance, the least the best.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="rank">Its place among all of the cluster's instances by name, from 0.</param>
    public long[] Of(InstanceState instance, int rank)
    {
        var strategies = _request.Rules.Strategies;
        var scores = new long[strategies.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = strategies[i].Kind switch
            {
                StrategyKind.BinpackCpu => instance.FreeCpu,
                StrategyKind.BinpackMemory => instance.FreeMemory,
                StrategyKind.SpreadInstance => instance.Groups.GetValueOrDefault(_request.Group),
                StrategyKind.Random => (rank - _draw + _instances) % _instances,
                _ => _shared[i]![Value(instance, strategies[i])],
            };
        }

        return scores;
    }

    /// <summary>What an instance has in common with those that a strategy counts together with it.</summary>
    public static string Value(InstanceState instance, Strategy strategy) =>
        strategy.Kind is StrategyKind.SpreadHost ? instance.Profile.Hostname
        : instance.Attributes.TryGetValue(strategy.Attribute!, out var value) ? $"={value}"
        : "";

    private Dictionary<string, long> Counts(InstanceTable instances, Strategy strategy)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var instance in instances.InNameOrder())
        {
            var value = Value(instance, strategy);
            counts[value] = counts.GetValueOrDefault(value) + instance.Groups.GetValueOrDefault(_request.Group);
        }

        return counts;
    }
}

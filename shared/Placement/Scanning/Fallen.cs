using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;

namespace Ecs.Placement.Scanning;

/// <summary>Counts the instances that fell, by filter, and tells the first of each.</summary>
internal sealed class Fallen(PlacementRequest request)
{
    private readonly int[] _counts = new int[Scanning.Filters.Count(request.Rules)];
    private readonly List<Failure>?[] _first = new List<Failure>?[Scanning.Filters.Count(request.Rules)];
    private readonly List<Failure> _failures = [];

    /// <summary>The filters by which instances fell, in their order.</summary>
    public IReadOnlyList<PlacementFilter> Filters =>
    [
        .. _counts.Index().Where(filter => filter.Item > 0).Select(filter => new PlacementFilter
        {
            Reason = _first[filter.Index]![0].Reason,
            Count = filter.Item,
            First = _first[filter.Index]!,
        }),
    ];

    /// <summary>The first rejections of all, by name.</summary>
    public IReadOnlyList<Failure> Failures => _failures;

    /// <summary>Counts one more; instances come by name.</summary>
    public void Add(int place, InstanceState instance)
    {
        _counts[place]++;
        var first = _first[place] ??= [];
        if (first.Count == Scan.MaxNamed && _failures.Count == Scan.MaxFailures) return;

        var failure = Scanning.Filters.Tell(place, instance, request);
        if (first.Count < Scan.MaxNamed) first.Add(failure);
        if (_failures.Count < Scan.MaxFailures) _failures.Add(failure);
    }
}

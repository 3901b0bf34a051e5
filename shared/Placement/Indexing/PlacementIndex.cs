using System.Globalization;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;

namespace Ecs.Placement.Indexing;

/// <summary>
/// Finds the place that <see cref="Scan"/> finds, in less time than looking at every instance takes. It is a memo: it
/// holds nothing that does not follow from the state that it is asked about, and may be thrown away at any time. It
/// follows whatever state it is asked about next, later, earlier or of another descent. For one writer: not to be used
/// by two threads at once.
/// </summary>
public sealed class PlacementIndex
{
    /// <summary>
    /// The most views that are kept. A view is some 250 bytes an instance.
    /// </summary>
    public const int MaxViews = 32;

    /// <summary>
    /// For how many choices a view is kept though nobody asks for it, where another could stand in its stead: making
    /// one costs as much as several scans. Until then those without a view are found by the scan.
    /// </summary>
    public const int KeptUnused = 1_000;

    private readonly Dictionary<Kind, View> _views = [];
    private (Kind Kind, PlacementRules Rules, View View)? _last;
    private long _uses;

    /// <summary>How many views there are.</summary>
    public int Views => _views.Count;

    /// <summary>The place of a task on the cluster as it is given; null where there is none.</summary>
    public Place? Choose(ClusterState cluster, PlacementRequest request)
    {
        _uses++;
        if (ViewOf(cluster, request) is not { } view) return Scan.Choose(cluster, request);

        view.LastUse = _uses;
        view.StandAt(cluster.Instances);
        return view.Choose(request);
    }

    /// <summary>What requests have in common that share a view: cpu, memory and seed may differ.</summary>
    private readonly record struct Kind(string Cluster, string Rules, string Group, string Ports);

    private View? ViewOf(ClusterState cluster, PlacementRequest request)
    {
        var rules = request.Rules;
        var group = rules.CountsGroup ? request.Group : "";
        var ports = request.Needs is { Ports.Count: 0, PortsUdp.Count: 0 } ? "" : Ports(request);

        // Tasks of one command follow each other and have the same rules, whose text is long.
        if (_last is { } last && ReferenceEquals(last.Rules, rules)
            && last.Kind.Cluster == cluster.Arn && last.Kind.Group == group && last.Kind.Ports == ports)
        {
            return last.View;
        }

        var kind = new Kind(cluster.Arn, rules.Key, group, ports);
        if (!_views.TryGetValue(kind, out var view))
        {
            if (_views.Count == MaxViews)
            {
                var (oldest, unused) = _views.MinBy(known => known.Value.LastUse);
                if (_uses - unused.LastUse < KeptUnused) return null;

                _views.Remove(oldest);
            }

            view = new View(request);
            _views.Add(kind, view);
        }

        _last = (kind, rules, view);
        return view;
    }

    private static string Ports(PlacementRequest request) => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(',', request.Needs.Ports)}/{string.Join(',', request.Needs.PortsUdp)}");
}

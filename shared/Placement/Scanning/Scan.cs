using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;

namespace Ecs.Placement.Scanning;

/// <summary>
/// The plain way to find a place: look at every instance. It says what is right, for the index and for good: the
/// account of a placement is made by it on the state at that position of the log.
/// </summary>
/// <remarks>
/// An instance falls by the first of <see cref="Filters"/> that holds. Those that are left are compared by their
/// strategies in order, each a whole number of which the least is the best: <c>binpack</c> is what is free there before
/// the placing; <c>spread</c> is how many tasks of the group that are not STOPPED are on the instance, on instances of
/// the same hostname, or on all of the cluster's instances with the same value of the attribute, those without it
/// counting as one value; <c>random</c> is how far an instance is, in the order of names and round the end, from the
/// one that the seed draws. What is equal in all is decided by name. Without strategies that is the first by name.
/// </remarks>
public static class Scan
{
    /// <summary>How many instances a filter names; beyond it they say nothing new.</summary>
    public const int MaxNamed = 5;

    /// <summary>How many candidates an account names.</summary>
    public const int MaxBest = 5;

    /// <summary>How many rejections an answer lists, as many as ECS describes instances at once.</summary>
    public const int MaxFailures = 100;

    /// <summary>What decided where no strategy did.</summary>
    public const string ByName = "name";

    /// <summary>The place of a task; null where there is none.</summary>
    public static Place? Choose(ClusterState cluster, PlacementRequest request) =>
        Chosen(cluster, request, Best(cluster, request, out _, null));

    /// <summary>The place of a task with the full account of the search.</summary>
    public static Explanation Explain(ClusterState cluster, PlacementRequest request)
    {
        var fallen = new Fallen(request);
        var best = Best(cluster, request, out var fitting, fallen);
        var account = new PlacementAccount
        {
            Considered = cluster.Instances.Count,
            Filters = fallen.Filters,
            Fitting = fitting,
            Best =
            [
                .. best.Select(candidate => new PlacementCandidate
                {
                    ContainerInstanceArn = candidate.Instance.Arn,
                    Scores = Told(request, candidate.Scores) ?? [],
                }),
            ],
            TieBreak = TieBreak(request, best),
        };
        return new Explanation(Chosen(cluster, request, best), account, fitting == 0 ? fallen.Failures : []);
    }

    private sealed record Candidate(InstanceState Instance, long[] Scores);

    private static List<Candidate> Best(ClusterState cluster, PlacementRequest request, out int fitting, Fallen? fallen)
    {
        var best = new List<Candidate>();
        var scores = new Scores(cluster.Instances, request);
        var rank = -1;
        fitting = 0;
        foreach (var instance in cluster.Instances.InNameOrder())
        {
            rank++;
            if (Filters.First(instance, request) is >= 0 and var place)
            {
                fallen?.Add(place, instance);
                continue;
            }

            fitting++;
            var candidate = new Candidate(instance, scores.Of(instance, rank));
            var at = best.Count;
            while (at > 0 && candidate.Scores.AsSpan().SequenceCompareTo(best[at - 1].Scores) < 0) at--;
            if (at == MaxBest) continue;

            // Names rise, so an equal one stands behind those that are there.
            best.Insert(at, candidate);
            if (best.Count > MaxBest) best.RemoveAt(MaxBest);
        }

        return best;
    }

    private static Place? Chosen(ClusterState cluster, PlacementRequest request, List<Candidate> best) =>
        best.Count == 0
            ? null
            : new Place(best[0].Instance, new PlacementChoice
            {
                Rule = request.Rules.Rule,
                Considered = cluster.Instances.Count,
                Scores = Told(request, best[0].Scores),
                TieBreak = TieBreak(request, best),
            });

    private static string? TieBreak(PlacementRequest request, List<Candidate> best)
    {
        if (best.Count < 2) return null;

        var same = best[0].Scores.AsSpan().CommonPrefixLength(best[1].Scores);
        return same == best[0].Scores.Length ? ByName : request.Rules.Strategies[same].Text;
    }

    private static PlacementScore[]? Told(PlacementRequest request, long[] scores) =>
        scores.Length == 0
            ? null
            : [.. scores.Select((score, i) => new PlacementScore(request.Rules.Strategies[i].Text, score))];
}

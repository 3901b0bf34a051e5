using Ecs.Model.Fleet;

namespace Ecs.Scheduler.Agents;

/// <summary>
/// Since when this leader has known each instance. One that joins, comes back in another session or is connected again
/// begins anew: it has its whole time to be heard.
/// </summary>
internal sealed class KnownInstances(TimeProvider time)
{
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>Forgets all.</summary>
    public void Clear() => _known.Clear();

    /// <summary>Takes over which instances there are now; gives those that are there no more.</summary>
    public IReadOnlyList<string> Look(FleetState fleet)
    {
        List<string> gone = [.. _known.Keys.Where(arn => !fleet.TryGetInstance(arn, out _))];
        foreach (var arn in gone) _known.Remove(arn);

        foreach (var instance in fleet.Instances)
        {
            var seen = new Known(instance.Profile.Session, instance.AgentConnected, time.GetTimestamp());
            _known[instance.Arn] = _known.TryGetValue(instance.Arn, out var known) && !seen.BeginsAfter(known)
                ? seen with { At = known.At }
                : seen;
        }

        return gone;
    }

    /// <summary>For how long each is known.</summary>
    public Dictionary<string, TimeSpan> Since() => _known.ToDictionary(
        pair => pair.Key, pair => time.GetElapsedTime(pair.Value.At), StringComparer.Ordinal);

    private sealed record Known(long Session, bool IsConnected, long At)
    {
        public bool BeginsAfter(Known before) => Session != before.Session || (IsConnected && !before.IsConnected);
    }
}

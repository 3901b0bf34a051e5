namespace Ecs.Log;

/// <summary>
/// Which snapshots stay: near the end as many as were taken, further back at twice the distance, then at four times.
/// Whatever is asked of the past, the nearest snapshot is no further than a fixed share of how long ago it is.
/// </summary>
internal static class Thinning
{
    /// <summary>Those of the positions that are kept, rising. The newest always is.</summary>
    public static IReadOnlyList<long> Kept(
        IEnumerable<long> positions,
        long every = LogLimits.SnapshotEvery,
        int perDensity = LogLimits.SnapshotsPerDensity)
    {
        var rising = positions.Order().ToList();
        var kept = new List<long>();
        foreach (var position in rising)
        {
            // From the oldest on, so that what was kept once is only dropped for its own age.
            if (kept.Count == 0
                || position == rising[^1]
                || position - kept[^1] >= Distance(rising[^1] - position, every, perDensity))
            {
                kept.Add(position);
            }
        }

        return kept;
    }

    /// <summary>How far apart snapshots of this age are: it doubles with each density that is full.</summary>
    private static long Distance(long age, long every, int perDensity)
    {
        // Within the first density they stay as they were taken, which may be a little closer.
        var distance = 0L;
        var reach = every * perDensity;
        for (var next = every * 2; age > reach; next *= 2)
        {
            distance = next;
            reach += next * perDensity;
        }

        return distance;
    }
}

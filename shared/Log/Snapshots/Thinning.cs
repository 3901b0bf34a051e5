namespace Ecs.Log;

/// <summary>
/// Which snapshots stay: all, for good, while there is room for them. Past that near the end as many as were taken,
/// further back at twice the distance, then at four times: whatever is asked of the past, the nearest snapshot is then
/// no further than a fixed share of how long ago it is.
/// </summary>
internal static class Thinning
{
    /// <summary>
    /// Positions between two snapshots from which on it is a gap of a restore: so many events are never between. The
    /// first restore leaves one of 10^15, a later one the microseconds since the one before, of which this is three
    /// hours; a shorter one counts as age, and costs snapshots.
    /// </summary>
    public const long Gap = 10_000_000_000;

    /// <summary>
    /// Those that are kept where all together may take so many bytes: as many to a density as fit. The newest always
    /// is.
    /// </summary>
    public static IReadOnlyList<long> Within(
        IReadOnlyCollection<(long Position, long Bytes)> snapshots,
        long room = LogLimits.SnapshotRoom,
        long every = LogLimits.SnapshotEvery)
    {
        var bytes = snapshots.ToDictionary(snapshot => snapshot.Position, snapshot => snapshot.Bytes);
        IReadOnlyList<long> kept = [.. bytes.Keys.Order()];
        for (var perDensity = kept.Count / 2; perDensity > 0 && kept.Sum(at => bytes[at]) > room; perDensity /= 2)
        {
            kept = Kept(kept, every, perDensity);
        }

        return kept;
    }

    /// <summary>Those of the positions that are kept, rising. The newest always is.</summary>
    public static IReadOnlyList<long> Kept(
        IEnumerable<long> positions, long every, int perDensity)
    {
        var rising = positions.Order().ToList();
        var places = Close(rising, every);
        var kept = new List<long>();
        var last = 0L;
        for (var i = 0; i < rising.Count; i++)
        {
            // From the oldest on, so that what was kept once is only dropped for its own age.
            if (kept.Count == 0
                || i == rising.Count - 1
                || places[i] - last >= Distance(places[^1] - places[i], every, perDensity))
            {
                kept.Add(rising[i]);
                last = places[i];
            }
        }

        return kept;
    }

    /// <summary>
    /// The positions as if there were no gap of a restore, in which no event stands: it makes nothing older.
    /// </summary>
    private static List<long> Close(List<long> rising, long every)
    {
        var closed = 0L;
        var places = new List<long>(rising.Count);
        for (var i = 0; i < rising.Count; i++)
        {
            var step = i == 0 ? 0 : rising[i] - rising[i - 1];
            if (step >= Gap) closed += step - every;
            places.Add(rising[i] - closed);
        }

        return places;
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

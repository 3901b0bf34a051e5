namespace Ecs.Simulation.Checks;

/// <summary>
/// What everything else stands on: commits numbered without gaps, positions and log times that do not fall, streams
/// whose versions are 1, 2, 3, and epochs that do not come back.
/// </summary>
internal static class LogShape
{
    /// <summary>What is broken where a stream is not 1, 2, 3.</summary>
    public const string Streams = "the streams";

    /// <summary>What is broken where commits do not follow on each other.</summary>
    public const string Commits = "the commits";

    /// <summary>Checks it.</summary>
    public static void Check(House house)
    {
        CheckStreams(house);
        CheckCommits(house);
    }

    private static void CheckStreams(House house)
    {
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        var position = 0L;
        foreach (var row in house.Store.Rows)
        {
            var (stream, version) = (row.Decided.Stream, row.Decided.Version);
            var before = versions.GetValueOrDefault(stream);
            if (version != before + 1) house.World.Break(Streams, $"{stream}: version {version} follows {before}");
            if (row.Position <= position) house.World.Break(Streams, $"position {row.Position} follows {position}");
            (versions[stream], position) = (version, row.Position);
        }
    }

    private static void CheckCommits(House house)
    {
        var epochs = new Dictionary<string, long>(StringComparer.Ordinal);
        var (number, time) = (0L, DateTimeOffset.MinValue);
        foreach (var made in house.Store.Commits)
        {
            var (commit, lease) = (made.Commit, made.Lease);
            var epoch = epochs.GetValueOrDefault(lease.Service);
            if (commit.Number != number + 1) house.World.Break(Commits, $"commit {commit.Number} follows {number}");
            if (commit.LogTime < time) house.World.Break(Commits, $"the log time falls at commit {commit.Number}");
            if (lease.Epoch < epoch)
            {
                house.World.Break(Commits, $"commit {commit.Number} of {lease} follows one of epoch {epoch}");
            }

            (number, time, epochs[lease.Service]) = (commit.Number, commit.LogTime, lease.Epoch);
        }
    }
}

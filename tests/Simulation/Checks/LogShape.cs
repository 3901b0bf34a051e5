using Ecs.Log;

namespace Ecs.Simulation.Checks;

/// <summary>
/// What everything else stands on: commits numbered without gaps, positions and log times that do not fall, streams
/// whose versions are 1, 2, 3, and epochs that do not come back.
/// </summary>
internal static class LogShape
{
    /// <summary>Checks it.</summary>
    public static void Check(House house)
    {
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        var epochs = new Dictionary<string, long>(StringComparer.Ordinal);
        var (number, position, time) = (0L, 0L, DateTimeOffset.MinValue);
        foreach (var made in house.Store.Commits)
        {
            Require(made.Commit.Number == ++number, $"commit {made.Commit.Number} follows {number - 1}");
            Require(made.Commit.LogTime >= time, $"the log time falls at commit {number}");
            Require(
                made.Lease.Epoch >= epochs.GetValueOrDefault(made.Lease.Service),
                $"commit {number} of epoch {made.Lease.Epoch} of {made.Lease.Service} follows a later one");
            (time, epochs[made.Lease.Service]) = (made.Commit.LogTime, made.Lease.Epoch);
            foreach (var row in made.Rows)
            {
                Require(row.Position > position, $"position {row.Position} follows {position}");
                position = row.Position;
                var stream = row.Decided.Stream;
                var before = versions.GetValueOrDefault(stream);
                Require(row.Decided.Version == before + 1, $"{stream}: version {row.Decided.Version} follows {before}");
                versions[stream] = row.Decided.Version;
            }
        }

        void Require(bool holds, string what)
        {
            if (!holds) house.World.Break("LOG", what);
        }
    }
}

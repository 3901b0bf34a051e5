namespace Ecs.Log;

/// <summary>
/// A place where a stream is not what was appended to it: its versions count from 1 without gaps, and its positions
/// rise with them. Both are told apart from what any writer of the house can have done; what exactly was altered,
/// <see cref="LogChain"/> tells.
/// </summary>
/// <param name="Stream">The stream.</param>
/// <param name="FirstVersion">The first version that is missing, or the one that stands at a wrong place.</param>
/// <param name="LastVersion">The last version that is missing.</param>
/// <param name="After">
/// The position of the version in front of it: it belongs behind that; null where there is none.
/// </param>
/// <param name="Before">The position of the next version that is there; null where there is none.</param>
/// <param name="Position">Where it stands instead; null where it is missing.</param>
public sealed record StreamGap(
    string Stream, long FirstVersion, long LastVersion, long? After, long? Before, long? Position = null)
{
    /// <summary>The gaps in a part of a stream. Pure.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="seen">The versions that are there, rising, with their positions.</param>
    /// <param name="isFromStart">Whether nothing is in front of them.</param>
    /// <param name="end">The version that the stream ends with; null where something is behind them.</param>
    internal static IEnumerable<StreamGap> Find(
        string stream, IReadOnlyList<(long Version, long Position)> seen, bool isFromStart, long? end)
    {
        (long Version, long? Position) before = (isFromStart || seen.Count == 0 ? 0 : seen[0].Version - 1, null);
        foreach (var (version, position) in seen)
        {
            if (version > before.Version + 1)
            {
                yield return new StreamGap(stream, before.Version + 1, version - 1, before.Position, position);
            }

            if (position <= before.Position)
            {
                yield return new StreamGap(stream, version, version, before.Position, null, position);
            }

            before = (version, position);
        }

        if (end > before.Version)
        {
            yield return new StreamGap(stream, before.Version + 1, end.Value, before.Position, null);
        }
    }
}

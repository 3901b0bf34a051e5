using System.Globalization;

namespace Ecs.Model.ClusterQueries;

/// <summary>Times as queries write them.</summary>
internal static class Moments
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssK"];

    /// <summary>Reads a time in one of the four formats of ECS's developer guide; without a zone it is UTC.</summary>
    public static bool TryRead(string text, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);
}

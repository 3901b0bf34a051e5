using System.Buffers;

namespace Ecs.Model.ClusterQueries;

/// <summary>
/// How values are written. A plain word stands as it is; anything else stands in single or double quotes, in which the
/// same quote is written twice and a backslash is a backslash, since attribute values and patterns have many.
/// </summary>
internal static class Quoting
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>What the name of an attribute consists of, as in ECS.</summary>
    public static SearchValues<char> NameCharacters { get; } = SearchValues.Create(Letters + "-_./\\");

    /// <summary>What the name of a subject consists of.</summary>
    public static SearchValues<char> SubjectCharacters { get; } = SearchValues.Create(Letters + "-_./\\:");

    private static readonly SearchValues<char> Plain = SearchValues.Create(Letters + "-_./\\:@+*");

    /// <summary>A value as it stands in a query.</summary>
    public static string Write(string value) =>
        value.Length > 0 && !value.AsSpan().ContainsAnyExcept(Plain)
            ? value
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}

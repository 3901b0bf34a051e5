namespace Ecs.Placement;

/// <summary>
/// A hash that is the same in every process and for good: choices that are recorded must come out again. FNV-1a over
/// the characters, then the finish of MurmurHash3, so that every bit of the result depends on every character.
/// </summary>
internal static class StableHash
{
    /// <summary>The hash of a text.</summary>
    public static ulong Of(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211UL;

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}

namespace Ecs.Placement.Indexing;

/// <summary>
/// Where an instance stands among others: its scores, then its rank by name, packed so that comparing two of them is
/// comparing at most three whole numbers, and mostly one.
/// </summary>
internal readonly record struct SortKey(ulong A, ulong B, ulong C) : IComparable<SortKey>
{
    private const int Parts = 6;

    /// <inheritdoc/>
    public int CompareTo(SortKey other) =>
        A != other.A ? (A < other.A ? -1 : 1)
        : B != other.B ? (B < other.B ? -1 : 1)
        : C.CompareTo(other.C);

    /// <summary>The key of scores, with the rank behind them.</summary>
    /// <param name="scores">At most five.</param>
    /// <param name="rank">The rank by name, from 0.</param>
    public static SortKey Of(ReadOnlySpan<int> scores, int rank)
    {
        Span<uint> parts = stackalloc uint[Parts];
        for (var i = 0; i < scores.Length; i++) parts[i] = (uint)scores[i] ^ 0x8000_0000;

        parts[scores.Length] = (uint)rank;
        return new SortKey(Pair(parts[0], parts[1]), Pair(parts[2], parts[3]), Pair(parts[4], parts[5]));
    }

    /// <summary>The bits of a key that are its rank, where it has so many scores.</summary>
    public static SortKey RankBits(int scores) =>
        Of(stackalloc int[scores], -1) is var all && Of(stackalloc int[scores], 0) is var none
            ? new SortKey(all.A ^ none.A, all.B ^ none.B, all.C ^ none.C)
            : default;

    /// <summary>The same scores with another rank.</summary>
    public SortKey With(int rank, SortKey rankBits) => new(
        Replace(A, rankBits.A, (uint)rank), Replace(B, rankBits.B, (uint)rank), Replace(C, rankBits.C, (uint)rank));

    /// <summary>Whether another key has the same scores.</summary>
    public bool HasScoresOf(SortKey other, SortKey rankBits) =>
        (((A ^ other.A) & ~rankBits.A) | ((B ^ other.B) & ~rankBits.B) | ((C ^ other.C) & ~rankBits.C)) == 0;

    private static ulong Pair(uint high, uint low) => ((ulong)high << 32) | low;

    private static ulong Replace(ulong word, ulong bits, uint value) =>
        (word & ~bits) | (Pair(value, value) & bits);
}

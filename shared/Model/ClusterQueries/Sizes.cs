using System.Globalization;

namespace Ecs.Model.ClusterQueries;

/// <summary>Which of two texts is the greater.</summary>
internal static class Sizes
{
    /// <summary>As numbers where both are, else by their characters.</summary>
    public static int OfTexts(string left, string right) =>
        TryReadNumber(left, out var a) && TryReadNumber(right, out var b)
            ? a.CompareTo(b)
            : string.CompareOrdinal(left, right);

    /// <summary>
    /// As versions where both are numbers with dots between them, so that 1.2.10 is greater than 1.2.9, and 1.2 is
    /// 1.2.0; else by their characters.
    /// </summary>
    public static int OfVersions(string left, string right)
    {
        if (ReadVersion(left) is not { } a || ReadVersion(right) is not { } b)
        {
            return string.CompareOrdinal(left, right);
        }

        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            var order = (i < a.Length ? a[i] : 0).CompareTo(i < b.Length ? b[i] : 0);
            if (order != 0) return order;
        }

        return 0;
    }

    private static bool TryReadNumber(string text, out decimal number) => decimal.TryParse(
        text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private static long[]? ReadVersion(string text)
    {
        var parts = (text.StartsWith('v') ? text[1..] : text).Split('.');
        var numbers = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return null;
        }

        return numbers;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// The cpu and memory of a whole task, which ECS takes as text: <c>512</c> units or <c>0.5 vCPU</c>, <c>1024</c> MiB or
/// <c>1 GB</c>; one core is 1024 units and one GB is 1024 MiB. They are kept as whole numbers.
/// </summary>
internal static class TaskAmounts
{
    // Longer text is no amount that anyone means, and is not worth reading.
    private const int MaxCharacters = 24;

    /// <summary>Reads cpu units; false where the text is neither a whole number nor one of vCPUs.</summary>
    public static bool TryReadCpu(string text, out int units) => TryRead(text, "vCPU", out units);

    /// <summary>Reads MiB; false where the text is neither a whole number nor one of GB.</summary>
    public static bool TryReadMemory(string text, out int mebibytes) => TryRead(text, "GB", out mebibytes);

    /// <summary>Cpu units as digits; a text that is no amount as it is.</summary>
    public static string NormaliseCpu(string text) => TryReadCpu(text, out var units) ? Digits(units) : text;

    /// <summary>MiB as digits; a text that is no amount as it is.</summary>
    public static string NormaliseMemory(string text) =>
        TryReadMemory(text, out var mebibytes) ? Digits(mebibytes) : text;

    private static bool TryRead([NotNullWhen(true)] string? text, string unit, out int amount)
    {
        amount = 0;
        if (text is null || text.Length > MaxCharacters) return false;

        var trimmed = text.AsSpan().Trim();
        if (!trimmed.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
        {
            return int.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out amount);
        }

        var number = trimmed[..^unit.Length].TrimEnd();
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var whole)
            || whole > int.MaxValue / 1024 || whole * 1024 % 1 != 0)
        {
            return false;
        }

        amount = (int)(whole * 1024);
        return true;
    }

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);
}

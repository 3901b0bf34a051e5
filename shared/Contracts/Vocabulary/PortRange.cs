using System.Globalization;

namespace Ecs.Contracts.Vocabulary;

/// <summary>Ports that follow each other, as ECS writes them: <c>8000-8010</c>.</summary>
/// <param name="First">The first port.</param>
/// <param name="Last">The last port, which belongs to it.</param>
public readonly record struct PortRange(int First, int Last)
{
    /// <summary>The highest port of TCP and UDP.</summary>
    public const int MaxPort = 65_535;

    /// <summary>How many ports they are.</summary>
    public int Count => Last - First + 1;

    /// <summary>Whether the port is one of them.</summary>
    public bool Contains(int port) => First <= port && port <= Last;

    /// <summary>Whether the two have a port in common.</summary>
    public bool Overlaps(PortRange other) => First <= other.Last && other.First <= Last;

    /// <summary>Reads a range of at least two ports, the lower one first; false for every other text.</summary>
    public static bool TryParse(string? text, out PortRange range)
    {
        range = default;
        if (text?.Split('-') is not [var first, var last] || !TryReadPort(first, out var low)) return false;
        if (!TryReadPort(last, out var high) || low >= high) return false;

        range = new PortRange(low, high);
        return true;
    }

    /// <summary>The range as ECS writes it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    private static bool TryReadPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= MaxPort;
}

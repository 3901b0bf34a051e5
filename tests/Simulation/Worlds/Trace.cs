using System.Globalization;

namespace Ecs.Simulation.Worlds;

/// <summary>
/// The last steps of a world, for people. A world that ran without is run again with it: the seed gives the same steps.
/// </summary>
internal sealed class Trace(bool isOn)
{
    /// <summary>The most steps that are kept: what a person reads on before a violation.</summary>
    public const int MaxSteps = 250;

    private readonly Queue<string> _steps = new();
    private ulong _digest = 14695981039346656037;

    /// <summary>Whether steps are kept; asked before a text is made.</summary>
    public bool IsOn { get; } = isOn;

    /// <summary>A digest of all steps so far, by which two runs of a seed are told to be the same.</summary>
    public ulong Digest => _digest;

    /// <summary>The kept steps, the oldest first.</summary>
    public IEnumerable<string> Steps => _steps;

    /// <summary>Keeps a step.</summary>
    public void Add(TimeSpan now, string who, string what)
    {
        if (!IsOn) return;

        var step = string.Create(CultureInfo.InvariantCulture, $"{now.TotalSeconds,9:0.0000} {who,-12} {what}");
        foreach (var letter in step) _digest = (_digest ^ letter) * 1099511628211;
        _steps.Enqueue(step);
        if (_steps.Count > MaxSteps) _steps.Dequeue();
    }
}

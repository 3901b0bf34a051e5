namespace Ecs.Auditor.Simulating;

/// <summary>What became of the tasks of a span, or would have become of them.</summary>
internal sealed record Outcome
{
    /// <summary>
    /// Tasks that got a place within the span; with failed, withdrawn and waiting they are all that asked.
    /// </summary>
    public required int Placed { get; init; }

    /// <summary>Tasks that were refused for want of room, or gave up waiting for it.</summary>
    public required int Failed { get; init; }

    /// <summary>Tasks that were stopped by their owners while they waited.</summary>
    public required int Withdrawn { get; init; }

    /// <summary>Tasks that still waited at the end.</summary>
    public required int Waiting { get; init; }

    /// <summary>Tasks that ran before the span, and for which another fleet has no place; 0 of what was.</summary>
    public required int Displaced { get; init; }

    /// <summary>Seconds from asking to a place, the median of those that were placed; null where none was.</summary>
    public double? WaitP50 { get; init; }

    /// <summary>The same, of which 99 in 100 are not longer.</summary>
    public double? WaitP99 { get; init; }

    /// <summary>Stranded cpu units, the mean over time; see <see cref="Measures"/>.</summary>
    public required double StrandedCpu { get; init; }

    /// <summary>Stranded MiB, the mean over time.</summary>
    public required double StrandedMemory { get; init; }

    /// <summary>The most stranded cpu units at a moment.</summary>
    public required long PeakStrandedCpu { get; init; }

    /// <summary>The most stranded MiB at a moment.</summary>
    public required long PeakStrandedMemory { get; init; }

    /// <summary>The most cpu units that were reserved at a moment.</summary>
    public required long PeakReservedCpu { get; init; }

    /// <summary>The most MiB that were reserved at a moment.</summary>
    public required long PeakReservedMemory { get; init; }

    /// <summary>The most instances that had tasks at a moment.</summary>
    public required int PeakInstances { get; init; }

    /// <summary>The most instances that there were.</summary>
    public required int Instances { get; init; }

    /// <summary>The most cpu units that they had.</summary>
    public required long Cpu { get; init; }

    /// <summary>The most MiB that they had.</summary>
    public required long Memory { get; init; }
}

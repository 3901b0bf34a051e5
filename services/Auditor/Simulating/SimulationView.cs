namespace Ecs.Auditor.Simulating;

/// <summary>What was, and what would have been.</summary>
internal sealed record SimulationView
{
    /// <summary>Where the span begins: what this position left.</summary>
    public required long From { get; init; }

    /// <summary>Where it ends, that position's own event included.</summary>
    public required long To { get; init; }

    /// <summary>When the first event of the span happened.</summary>
    public required DateTimeOffset Begins { get; init; }

    /// <summary>When the last one did.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>The cluster.</summary>
    public required string ClusterArn { get; init; }

    /// <summary>The strategies that were asked for; null for those that each task had.</summary>
    public string? Strategy { get; init; }

    /// <summary>The fleet that was asked for; null for the one that was.</summary>
    public string? Instances { get; init; }

    /// <summary>Tasks that were asked for in the span, or waited at its beginning.</summary>
    public required int Asked { get; init; }

    /// <summary>Tasks that had a place before the span.</summary>
    public required int Carried { get; init; }

    /// <summary>How many have an assumed time to run, since the log never saw them run.</summary>
    public required int Assumed { get; init; }

    /// <summary>Refused tasks whose needs the log does not know; they are counted nowhere.</summary>
    public required int LeftOut { get; init; }

    /// <summary>What was.</summary>
    public required Outcome Then { get; init; }

    /// <summary>What would have been.</summary>
    public required Outcome If { get; init; }

    /// <summary>What was and would have been reserved over time.</summary>
    public required SimulationChart Chart { get; init; }
}

/// <summary>What was reserved over time, in equal steps, each with the most that was reserved in it.</summary>
/// <param name="StepSeconds">The length of a step.</param>
/// <param name="Then">What was.</param>
/// <param name="If">What would have been.</param>
internal sealed record SimulationChart(double StepSeconds, ChartLine Then, ChartLine If)
{
    /// <summary>The most steps: as many as a chart can show.</summary>
    public const int MaxSteps = 240;

    /// <summary>Draws from all that was measured.</summary>
    public static SimulationChart Of(
        (DateTimeOffset Begins, DateTimeOffset Ends) span,
        IReadOnlyList<Measures.Point> then,
        IReadOnlyList<Measures.Point> wouldBe)
    {
        var step = (span.Ends - span.Begins) / MaxSteps;
        return new(step.TotalSeconds, Line(span.Begins, step, then), Line(span.Begins, step, wouldBe));
    }

    private static ChartLine Line(DateTimeOffset begins, TimeSpan step, IReadOnlyList<Measures.Point> points)
    {
        var (cpu, memory) = (new long[MaxSteps], new long[MaxSteps]);
        var next = 0;
        for (var i = 0; i < MaxSteps; i++)
        {
            // What a step begins with is what the one before it ended with.
            if (next > 0) (cpu[i], memory[i]) = (points[next - 1].Cpu, points[next - 1].Memory);
            for (; next < points.Count && (i == MaxSteps - 1 || points[next].At < begins + (step * (i + 1))); next++)
            {
                cpu[i] = Math.Max(cpu[i], points[next].Cpu);
                memory[i] = Math.Max(memory[i], points[next].Memory);
            }
        }

        return new ChartLine(cpu, memory);
    }
}

/// <summary>Reserved cpu units and MiB, step by step.</summary>
internal sealed record ChartLine(IReadOnlyList<long> Cpu, IReadOnlyList<long> Memory);

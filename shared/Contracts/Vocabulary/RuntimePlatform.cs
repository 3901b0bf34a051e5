namespace Ecs.Contracts.Vocabulary;

/// <summary>The machine that a definition's images are made for.</summary>
public sealed record RuntimePlatform
{
    /// <summary><c>X86_64</c> or <c>ARM64</c>; null where either will do.</summary>
    public string? CpuArchitecture { get; init; }

    /// <summary><c>LINUX</c>; null where nothing is said.</summary>
    public string? OperatingSystemFamily { get; init; }
}

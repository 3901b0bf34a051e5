using System.Text.Json.Serialization;

namespace Ecs.Contracts.Vocabulary;

/// <summary>Another container of the task that must have come so far before this one is begun.</summary>
public sealed record ContainerDependency
{
    /// <summary>The other container's name.</summary>
    public string? ContainerName { get; init; }

    /// <summary>How far it must have come: one of <see cref="DependencyConditions"/>.</summary>
    public string? Condition { get; init; }
}

/// <summary>How far a container must have come before those that depend on it are begun.</summary>
public static class DependencyConditions
{
    /// <summary>It runs, or has run.</summary>
    public const string Start = "START";

    /// <summary>It has ended, with any exit code. Not for an essential container, whose end ends the task.</summary>
    public const string Complete = "COMPLETE";

    /// <summary>It has ended with exit code 0. Not for an essential container.</summary>
    public const string Success = "SUCCESS";

    /// <summary>Its health check passes; it must have one in the definition.</summary>
    public const string Healthy = "HEALTHY";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Start, Complete, Success, Healthy];
}

/// <summary>How it is found out whether a container is healthy. A check of the image itself is ignored.</summary>
public sealed record HealthCheck
{
    /// <summary>
    /// <c>CMD</c> and the words of a program, or <c>CMD-SHELL</c> and a line for the container's shell; exit code 0 is
    /// healthy. <c>NONE</c> alone is no check.
    /// </summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Seconds between two checks, 5..300; 30 where nothing is said.</summary>
    public int? Interval { get; init; }

    /// <summary>Seconds that a check may take, 2..60; 5 where nothing is said.</summary>
    public int? Timeout { get; init; }

    /// <summary>How many in a row must fail until the container is unhealthy, 1..10; 3 where nothing is said.</summary>
    public int? Retries { get; init; }

    /// <summary>Seconds after the start in which failures do not count, 0..300; none where nothing is said.</summary>
    public int? StartPeriod { get; init; }
}

/// <summary>Whether a container is healthy, or a task: ECS's <c>healthStatus</c>.</summary>
public enum ContainerHealth
{
    /// <summary>Not known: there is no health check, or it has not come to an end.</summary>
    [JsonStringEnumMemberName("UNKNOWN")] Unknown,

    /// <summary>The check passes; of a task, that of every essential container that has one.</summary>
    [JsonStringEnumMemberName("HEALTHY")] Healthy,

    /// <summary>The check fails; of a task, that of an essential container.</summary>
    [JsonStringEnumMemberName("UNHEALTHY")] Unhealthy,
}

/// <summary>Whether a container that ends is started again, within its task and as the same container.</summary>
public sealed record ContainerRestartPolicy
{
    /// <summary>Whether it is; must be said.</summary>
    public bool? Enabled { get; init; }

    /// <summary>
    /// Seconds that it must have run to be started again, 60..1800; 300 where nothing is said. One that ends earlier
    /// has ended for good.
    /// </summary>
    public int? RestartAttemptPeriod { get; init; }

    /// <summary>Exit codes after which it is not started again, at most 50.</summary>
    public IReadOnlyList<int>? IgnoredExitCodes { get; init; }
}

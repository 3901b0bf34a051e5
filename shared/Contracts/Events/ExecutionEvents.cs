using System.Text.Json.Serialization;

namespace Ecs.Contracts.Events;

/// <summary>What the events of an execution have in common: a command that is run in a container of a task.</summary>
public abstract record TaskExecution : IEvent
{
    /// <summary>The task.</summary>
    public required string TaskArn { get; init; }

    /// <summary>The execution's id, which no other has.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The container's name in the definition.</summary>
    public required string ContainerName { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => TaskArn;
}

/// <summary>Somebody was let run a command in a container. Who that is stands beside the event, as its actor.</summary>
[EventName("execute-command-started")]
public sealed record ExecuteCommandStarted : TaskExecution
{
    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> CommandLine { get; init; }

    /// <summary>Whether standard input is passed on.</summary>
    public bool Interactive { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    public bool Tty { get; init; }
}

/// <summary>The command has ended, or nothing more can be learned of it.</summary>
[EventName("execute-command-ended")]
public sealed record ExecuteCommandEnded : TaskExecution
{
    /// <summary>Its exit code; null where there is none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it ended, where it did not end by itself.</summary>
    public string? Reason { get; init; }
}

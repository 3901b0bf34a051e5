using Ecs.Contracts.Commands;

namespace Ecs.Agent.Executing;

/// <summary>A command that this Agent was let run, whose end the Scheduler has not acknowledged.</summary>
internal sealed record OpenExecution
{
    /// <summary>The execution's id in the log.</summary>
    public required string Id { get; init; }

    /// <summary>The task's ARN.</summary>
    public required string TaskArn { get; init; }

    /// <summary>Docker's id of the container.</summary>
    public required string RuntimeId { get; init; }

    /// <summary>Docker's id of the command; null until Docker has made it, and it runs after that only.</summary>
    public string? ExecId { get; init; }

    /// <summary>Whether its end is known.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Its exit code; null where there is none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it ended, where it did not end by itself.</summary>
    public string? Reason { get; init; }

    /// <summary>It, with its end.</summary>
    public OpenExecution Ended(int? exitCode, string? reason) =>
        this with { HasEnded = true, ExitCode = exitCode, Reason = reason };

    /// <summary>Its end, as the Scheduler is told it.</summary>
    public SubmitExecutionEnd ToCommand() => new()
    {
        // Derived, so that its event names one cause however often it is told. Nobody can use the id up before: of a
        // routine report none is looked up, and the end of what is not open changes nothing.
        CommandId = $"execution-end-{Id}",
        Task = TaskArn,
        ExecutionId = Id,
        ExitCode = ExitCode,
        Reason = Reason?.Length > SubmitExecutionEnd.MaxReasonLength
            ? Reason[..SubmitExecutionEnd.MaxReasonLength]
            : Reason,
    };
}

namespace Ecs.Contracts.Commands;

/// <summary>
/// Asks to run a command in a running container of a task. It is recorded before the command runs, and so is its end:
/// the log says who ran what, where and when. The command itself is run by whoever opens the conversation with the
/// task's Agent, as <c>ecs exec</c> does through the Gateway. The command line is written to the log as it is: there is
/// no place for secrets in it.
/// </summary>
[CommandName("execute-command", Services.Scheduler)]
public sealed record ExecuteCommand : Command
{
    /// <summary>The most words of a command line.</summary>
    public const int MaxWords = 256;

    /// <summary>The longest command line, in characters of all its words.</summary>
    public const int MaxLength = 8192;

    /// <summary>The most executions of one task that have not ended.</summary>
    public const int MaxOpen = 20;

    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>The task's id or ARN.</summary>
    public string? Task { get; init; }

    /// <summary>The container's name; may be left out where the task has one only.</summary>
    public string? Container { get; init; }

    /// <summary>The program and its arguments, word by word: no shell reads them.</summary>
    public IReadOnlyList<string>? CommandLine { get; init; }

    /// <summary>Whether standard input is passed on.</summary>
    public bool Interactive { get; init; }

    /// <summary>Whether it gets a terminal.</summary>
    public bool Tty { get; init; }
}

/// <summary>The reply of ExecuteCommand.</summary>
/// <param name="ExecutionId">The execution's id, by which its end is told.</param>
/// <param name="TaskArn">The task.</param>
/// <param name="ContainerName">The container.</param>
/// <param name="ContainerInstanceArn">The instance whose Agent runs it.</param>
public sealed record ExecuteCommandResult(
    string ExecutionId, string TaskArn, string ContainerName, string ContainerInstanceArn);

/// <summary>
/// An Agent tells that an execution has ended. Of one that is not open any more it is accepted and changes nothing; so
/// it is routine, and nobody can use its id up before the Agent does.
/// </summary>
[CommandName("submit-execution-end", Services.Scheduler, IsRoutine = true)]
public sealed record SubmitExecutionEnd : AgentCommand
{
    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReasonLength = 1024;

    /// <summary>The instance's ARN.</summary>
    public string? ContainerInstance { get; init; }

    /// <summary>The task's ARN.</summary>
    public string? Task { get; init; }

    /// <summary>The execution's id.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>The command's exit code; null where there is none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it ended, where it did not end by itself.</summary>
    public string? Reason { get; init; }
}

/// <summary>The reply of SubmitExecutionEnd: there is nothing to say.</summary>
public sealed record SubmitExecutionEndResult;

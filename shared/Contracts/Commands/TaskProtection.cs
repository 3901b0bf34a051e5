using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Commands;

/// <summary>Protects tasks of services from scale-in. No task is a service's here yet, so each is a failure.</summary>
[CommandName("update-task-protection", Services.Scheduler)]
public sealed record UpdateTaskProtection : Command
{
    /// <summary>The most tasks that one command names.</summary>
    public const int MaxTasks = 10;

    /// <summary>The longest protection, in minutes: two days.</summary>
    public const int MaxMinutes = 2_880;

    /// <summary>The cluster's name or ARN.</summary>
    public string? Cluster { get; init; }

    /// <summary>Ids or ARNs of 1..<see cref="MaxTasks"/> tasks.</summary>
    public IReadOnlyList<string>? Tasks { get; init; }

    /// <summary>Whether they are protected.</summary>
    public bool? ProtectionEnabled { get; init; }

    /// <summary>For how long, 1..<see cref="MaxMinutes"/> minutes.</summary>
    public int? ExpiresInMinutes { get; init; }
}

/// <summary>Shows which tasks are protected from scale-in.</summary>
[CommandName("get-task-protection", Services.Scheduler, IsQuery = true)]
public sealed record GetTaskProtection : Command
{
    /// <summary>The cluster's name or ARN.</summary>
    public string? Cluster { get; init; }

    /// <summary>Ids or ARNs of up to 100 tasks.</summary>
    public IReadOnlyList<string>? Tasks { get; init; }
}

/// <summary>The reply of Update- and GetTaskProtection.</summary>
/// <param name="ProtectedTasks">Those that can be protected.</param>
/// <param name="Failures">Those that are no service's, or not there.</param>
public sealed record TaskProtectionResult(IReadOnlyList<ProtectedTask> ProtectedTasks, IReadOnlyList<Failure> Failures);

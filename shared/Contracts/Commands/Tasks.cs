using System.Text.Json.Serialization;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Commands;

/// <summary>
/// Starts tasks of a definition wherever there is room. No room is an answer with failures, not an error.
/// </summary>
[CommandName("run-task", Services.Scheduler)]
public sealed record RunTask : Command, IRunsDefinition
{
    /// <summary>The most tasks that one command starts.</summary>
    public const int MaxCount = 10;

    /// <summary>The longest wait for room, in seconds: a day.</summary>
    public const int MaxWait = 86_400;

    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>
    /// <c>family</c> (its newest ACTIVE revision), <c>family:revision</c>, <c>family:version-label</c> or the ARN.
    /// </summary>
    public string? TaskDefinition { get; init; }

    /// <summary>How many, 1..<see cref="MaxCount"/>.</summary>
    public int? Count { get; init; }

    /// <summary>What is changed for these tasks alone.</summary>
    public TaskOverrides? Overrides { get; init; }

    /// <summary>Whoever starts it: up to 128 letters, digits, hyphens, underscores, slashes and dots.</summary>
    public string? StartedBy { get; init; }

    /// <summary>The group that the tasks are counted in; <c>family:&lt;family&gt;</c> where nothing is said.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// 1-64 ASCII characters 33..126. The same token again on this cluster within 24 hours answers as it did at first;
    /// with other parameters it is a ConflictException.
    /// </summary>
    public string? ClientToken { get; init; }

    /// <summary><c>EC2</c> or <c>EXTERNAL</c>; both mean one's own machines here.</summary>
    public string? LaunchType { get; init; }

    /// <summary>Rules that the instances must keep, at most 10; the definition's own hold besides.</summary>
    public IReadOnlyList<PlacementConstraint>? PlacementConstraints { get; init; }

    /// <summary>Wishes for where the tasks go, at most 5, a later one breaking ties of those before it.</summary>
    public IReadOnlyList<PlacementStrategy>? PlacementStrategy { get; init; }

    /// <summary>
    /// How long tasks that find no room may wait for it in PROVISIONING, in seconds, 1..<see cref="MaxWait"/>; without
    /// it they fail at once, as in ECS.
    /// </summary>
    public int? WaitForCapacity { get; init; }

    /// <summary>Tags of the tasks, at most 50; they hold where the definition's say something else.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }

    /// <summary><c>TASK_DEFINITION</c>: the tasks get the definition's tags too. <c>NONE</c> where nothing is
    /// said.</summary>
    public string? PropagateTags { get; init; }

    /// <summary>Whether the tasks get the house's own tag, <c>aws:ecs:clusterName</c>.</summary>
    public bool? EnableECSManagedTags { get; init; }

    /// <summary>The sender's own word for it, at most 1024 characters; it is kept with the command.</summary>
    public string? ReferenceId { get; init; }

    /// <summary>Only <c>false</c>: <c>ecs exec</c> needs no such leave.</summary>
    public bool? EnableExecuteCommand { get; init; }

    /// <summary>
    /// Where there is a client token: <c>token:</c> and the SHA-256 of account, region, cluster name and token, so that
    /// a token is one per cluster, whoever brings it and under whatever id.
    /// </summary>
    [JsonIgnore]
    public override string? RepeatId
    {
        get
        {
            if (string.IsNullOrEmpty(ClientToken)) return CommandId;

            // An ARN and a name are the same cluster. As a JSON array no two different quadruples have the same text.
            var cluster = Arn.TryParse(Cluster, out var arn) ? arn.ClusterName : Cluster ?? "default";
            return $"token:{CanonicalJson.Digest<string[]>([Account, Region, cluster, ClientToken])}";
        }
    }
}

/// <summary>Starts one task on each of the named container instances, past constraints and strategies.</summary>
[CommandName("start-task", Services.Scheduler)]
public sealed record StartTask : Command, IRunsDefinition
{
    /// <summary>The most instances that one command names.</summary>
    public const int MaxInstances = 10;

    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>Ids or ARNs of 1..<see cref="MaxInstances"/> instances.</summary>
    public IReadOnlyList<string>? ContainerInstances { get; init; }

    /// <inheritdoc/>
    public string? TaskDefinition { get; init; }

    /// <summary>What is changed for these tasks alone.</summary>
    public TaskOverrides? Overrides { get; init; }

    /// <summary>Whoever starts it: up to 128 letters, digits, hyphens, underscores, slashes and dots.</summary>
    public string? StartedBy { get; init; }

    /// <summary>The group that the tasks are counted in; <c>family:&lt;family&gt;</c> where nothing is said.</summary>
    public string? Group { get; init; }

    /// <summary>Tags of the tasks, at most 50; they hold where the definition's say something else.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }

    /// <summary><c>TASK_DEFINITION</c>: the tasks get the definition's tags too. <c>NONE</c> where nothing is
    /// said.</summary>
    public string? PropagateTags { get; init; }

    /// <summary>Whether the tasks get the house's own tag, <c>aws:ecs:clusterName</c>.</summary>
    public bool? EnableECSManagedTags { get; init; }

    /// <summary>The sender's own word for it, at most 1024 characters; it is kept with the command.</summary>
    public string? ReferenceId { get; init; }

    /// <summary>Only <c>false</c>: <c>ecs exec</c> needs no such leave.</summary>
    public bool? EnableExecuteCommand { get; init; }
}

/// <summary>A command that runs a definition, which is resolved for it before it is decided.</summary>
public interface IRunsDefinition
{
    /// <summary>
    /// <c>family</c> (its newest ACTIVE revision), <c>family:revision</c>, <c>family:version-label</c> or the ARN.
    /// </summary>
    string? TaskDefinition { get; }

    /// <summary>What is changed for its tasks alone.</summary>
    TaskOverrides? Overrides { get; }

    /// <summary>The group that its tasks are counted in.</summary>
    string? Group { get; }

    /// <summary>Whoever starts them.</summary>
    string? StartedBy { get; }

    /// <summary>Tags of the tasks.</summary>
    IReadOnlyList<Tag>? Tags { get; }

    /// <summary>Whose tags the tasks get besides: <c>TASK_DEFINITION</c> or <c>NONE</c>.</summary>
    string? PropagateTags { get; }

    /// <summary>Whether the tasks get the house's own tag.</summary>
    bool? EnableECSManagedTags { get; }

    /// <summary>The sender's own word for it.</summary>
    string? ReferenceId { get; }

    /// <summary>Only <c>false</c>.</summary>
    bool? EnableExecuteCommand { get; }
}

/// <summary>Stops a task: SIGTERM, then SIGKILL after its containers' stop timeouts.</summary>
[CommandName("stop-task", Services.Scheduler)]
public sealed record StopTask : Command
{
    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReasonLength = 1024;

    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>The task's id or ARN.</summary>
    public string? Task { get; init; }

    /// <summary>Why, as it shall stand in <c>stoppedReason</c>.</summary>
    public string? Reason { get; init; }
}

/// <summary>Shows up to 100 tasks, stopped ones too.</summary>
[CommandName("describe-tasks", Services.Scheduler, IsQuery = true)]
public sealed record DescribeTasks : Command
{
    /// <summary>The most tasks that one query shows.</summary>
    public const int MaxTasks = 100;

    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>Ids or ARNs.</summary>
    public IReadOnlyList<string>? Tasks { get; init; }

    /// <summary><c>TAGS</c>, to show them besides.</summary>
    public IReadOnlyList<string>? Include { get; init; }
}

/// <summary>Lists tasks' ARNs by id.</summary>
[CommandName("list-tasks", Services.Scheduler, IsQuery = true)]
public sealed record ListTasks : Command
{
    /// <summary>The cluster's name or ARN; <c>default</c> where nothing is said.</summary>
    public string? Cluster { get; init; }

    /// <summary>Only tasks on this instance: its id or ARN.</summary>
    public string? ContainerInstance { get; init; }

    /// <summary>Only tasks of this family.</summary>
    public string? Family { get; init; }

    /// <summary>Only tasks that this caller started; must be the only filter.</summary>
    public string? StartedBy { get; init; }

    /// <summary>
    /// <c>RUNNING</c> (where nothing is said), <c>STOPPED</c> or <c>PENDING</c>, which never matches.
    /// </summary>
    public string? DesiredStatus { get; init; }

    /// <summary>Only tasks of this launch type.</summary>
    public string? LaunchType { get; init; }

    /// <summary>Only tasks of this service.</summary>
    public string? ServiceName { get; init; }

    /// <summary>The size of a page, 1..100.</summary>
    public int? MaxResults { get; init; }

    /// <summary>Where the last page ended, as its answer said.</summary>
    public string? NextToken { get; init; }
}

/// <summary>The reply of RunTask, StartTask and DescribeTasks.</summary>
/// <param name="Tasks">The tasks.</param>
/// <param name="Failures">What could not be placed or found, and why.</param>
public sealed record TasksResult(IReadOnlyList<TaskDescription> Tasks, IReadOnlyList<Failure> Failures);

/// <summary>The reply of StopTask.</summary>
/// <param name="Task">The task.</param>
public sealed record TaskResult(TaskDescription Task);

/// <summary>A page of tasks.</summary>
/// <param name="TaskArns">Their ARNs.</param>
/// <param name="NextToken">Where the next page begins; null on the last.</param>
public sealed record ListTasksResult(IReadOnlyList<string> TaskArns, string? NextToken);

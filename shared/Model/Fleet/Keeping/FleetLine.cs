using Ecs.Contracts.Vocabulary;
using Ecs.Model.Accounts;
using Ecs.Model.Tagging;

namespace Ecs.Model.Fleet;

/// <summary>
/// One line of a kept fleet: exactly one member is there. What follows from others is not kept: an instance's
/// attributes from its profile and its custom ones, a cluster's tasks and waiting line from the tasks.
/// </summary>
internal sealed record FleetLine
{
    public AccountState? Account { get; init; }

    public ClusterLine? Cluster { get; init; }

    public InstanceLine? Instance { get; init; }

    public InstanceLine? Deregistered { get; init; }

    public TaskLine? Task { get; init; }
}

/// <summary>What is kept of a <see cref="ClusterState"/>, by the same names.</summary>
internal sealed record ClusterLine
{
    public required string Arn { get; init; }

    public required string Name { get; init; }

    public required long Version { get; init; }

    public required bool IsActive { get; init; }

    public RecordedRefusal? LastRefusal { get; init; }

    public required int RunningTasks { get; init; }

    public required int PendingTasks { get; init; }

    public required int UnstoppedTasks { get; init; }

    /// <summary>How many have ever waited for room.</summary>
    public required long Arrived { get; init; }

    public long? RestoredFrom { get; init; }

    public string? Insights { get; init; }

    public ClusterConfiguration? Configuration { get; init; }

    public IReadOnlyList<Tag>? Tags { get; init; }

    public static ClusterLine Of(ClusterState cluster) => new()
    {
        Arn = cluster.Arn,
        Name = cluster.Name,
        Version = cluster.Version,
        IsActive = cluster.IsActive,
        LastRefusal = cluster.LastRefusal,
        RunningTasks = cluster.RunningTasks,
        PendingTasks = cluster.PendingTasks,
        UnstoppedTasks = cluster.UnstoppedTasks,
        Arrived = cluster.Waiting.Arrived,
        RestoredFrom = cluster.RestoredFrom,
        Insights = cluster.Insights is ClusterState.NoInsights ? null : cluster.Insights,
        Configuration = cluster.Configuration,
        Tags = cluster.Tags.Kept(),
    };

    public ClusterState ToState(IEnumerable<InstanceState> instances, IEnumerable<TaskState> tasks) =>
        new()
        {
            Arn = Arn,
            Name = Name,
            Version = Version,
            IsActive = IsActive,
            LastRefusal = LastRefusal,
            RunningTasks = RunningTasks,
            PendingTasks = PendingTasks,
            UnstoppedTasks = UnstoppedTasks,
            RestoredFrom = RestoredFrom,
            Insights = Insights ?? ClusterState.NoInsights,
            Configuration = Configuration,
            Tags = TagList.Of(Tags),
            Instances = instances
                .Aggregate(InstanceTable.Empty.Open(), (table, instance) => table.SetItem(instance)).Close(),
            Tasks = TaskTable.Of(tasks),
            Waiting = WaitingLine.Restore(Arrived, tasks.Where(task => task.Waiting is not null)),
        };
}

using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Model.Tagging;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules.Clusters;
using Ecs.Rules.Definitions;
using Ecs.Rules.Tagging;

namespace Ecs.Rules.Tasks;

/// <summary>The tasks that one command asks for: all but their number and their places.</summary>
public sealed record Wanted
{
    /// <summary>The command.</summary>
    public required Command Command { get; init; }

    /// <summary>The cluster they belong to.</summary>
    public required ClusterState Cluster { get; init; }

    /// <summary>The revision that they are made from.</summary>
    public required ResolvedDefinition Definition { get; init; }

    /// <summary>What that says, overrides applied.</summary>
    public required TaskDefinitionContent Content { get; init; }

    /// <summary>What each of them holds.</summary>
    public required Reservation Needs { get; init; }

    /// <summary>What is changed for them alone.</summary>
    public TaskOverrides? Overrides { get; init; }

    /// <summary>The group they are counted in.</summary>
    public required string Group { get; init; }

    /// <summary>Whoever started them.</summary>
    public string? StartedBy { get; init; }

    /// <summary>Their tags; null for none.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }

    /// <summary>The launch type that was asked for; null for <c>EC2</c>.</summary>
    public string? LaunchType { get; init; }

    /// <summary>The rules that their instances must keep; null for none.</summary>
    public IReadOnlyList<PlacementConstraint>? Constraints { get; init; }

    /// <summary>The wishes for their places; null for none.</summary>
    public IReadOnlyList<PlacementStrategy>? Strategies { get; init; }

    /// <summary>What a command asks for, on a definition with its overrides applied.</summary>
    public static Wanted Of<TCommand>(
        TCommand command, ClusterState cluster, ResolvedDefinition definition, TaskDefinitionContent content)
        where TCommand : Command, IRunsDefinition => new()
        {
            Command = command,
            Cluster = cluster,
            Definition = definition,
            Content = content,
            Needs = Requirements.Of(content),
            Overrides = command.Overrides,
            Group = command.Group ?? $"family:{Arn.Parse(FamilyStream.Of(definition.Arn!)).Name}",
            StartedBy = command.StartedBy,
            Tags = TagsOf(command, cluster, definition),
        };

    // Later ones hold: what the command says, over what the definition says, and the house's own over both.
    private static IReadOnlyList<Tag>? TagsOf(
        IRunsDefinition command, ClusterState cluster, ResolvedDefinition definition) => TagList.Of(
        [
            .. definition.Tags ?? [],
            .. command.Tags ?? [],
            .. command.EnableECSManagedTags is true ? ResourceTags.Managed(cluster) : [],
        ]).Kept();

    /// <summary>
    /// The task of a place among the command's, as it would be queued: it is then given its place, or told how long it
    /// waits.
    /// </summary>
    public TaskQueued Draft(int index, DateTimeOffset now)
    {
        var scope = ClusterDecisions.Scope(Command);
        var id = Identifiers.Task(Command, index);
        return new TaskQueued
        {
            TaskArn = Arn.Task(scope, Cluster.Name, id).ToString(),
            ClusterArn = Cluster.Arn,
            TaskDefinitionArn = Definition.Arn!,
            DefinitionDigest = Definition.Digest!,
            Group = Group,
            StartedBy = StartedBy,
            Overrides = Overrides ?? new(),
            Reserved = Needs,
            Containers = [.. Content.ContainerDefinitions.Select(c => Container(scope, id, c))],
            Constraints = Constraints,
            Strategies = Strategies,
            LaunchType = LaunchType,
            Tags = Tags,
            WaitsUntil = now,
            At = now,
        };
    }

    /// <summary>A task that has its place.</summary>
    public static TaskPlaced Placed(
        TaskBegun task, string instance, PlacementChoice choice, DateTimeOffset now) => new()
    {
        TaskArn = task.TaskArn,
        ClusterArn = task.ClusterArn,
        TaskDefinitionArn = task.TaskDefinitionArn,
        DefinitionDigest = task.DefinitionDigest,
        Group = task.Group,
        StartedBy = task.StartedBy,
        Overrides = task.Overrides,
        Reserved = task.Reserved,
        Containers = task.Containers,
        Constraints = task.Constraints,
        Strategies = task.Strategies,
        LaunchType = task.LaunchType,
        Tags = task.Tags,
        ContainerInstanceArn = instance,
        Choice = choice,
        At = now,
    };

    private PlacedContainer Container(Scope scope, string taskId, ContainerDefinition container) => new()
    {
        ContainerArn = Identifiers.ContainerArn(scope, Cluster.Name, taskId, container.Name!),
        Name = container.Name!,
        Image = container.Image!,
        Essential = container.Essential ?? true,
        Cpu = container.Cpu ?? 0,
        Memory = container.Memory,
        MemoryReservation = container.MemoryReservation,
        HasHealthCheck = container.HealthCheck is null ? null : true,
    };
}

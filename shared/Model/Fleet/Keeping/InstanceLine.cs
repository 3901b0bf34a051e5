using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Tagging;

namespace Ecs.Model.Fleet;

/// <summary>What is kept of an <see cref="InstanceState"/>, by the same names.</summary>
internal sealed record InstanceLine
{
    public required string Arn { get; init; }

    public required string ClusterArn { get; init; }

    public required InstanceProfile Profile { get; init; }

    public required DateTimeOffset RegisteredAt { get; init; }

    public required long Version { get; init; }

    public required bool AgentConnected { get; init; }

    public required InstanceStatus Status { get; init; }

    public required IReadOnlyList<NameValue> CustomAttributes { get; init; }

    public required IReadOnlyList<GroupLine> Groups { get; init; }

    public required int ReservedCpu { get; init; }

    public required int ReservedMemory { get; init; }

    public required IReadOnlyList<int> ReservedPorts { get; init; }

    public required IReadOnlyList<int> ReservedPortsUdp { get; init; }

    public required IReadOnlyList<string> Tasks { get; init; }

    public required int RunningTasks { get; init; }

    public required int PendingTasks { get; init; }

    public IReadOnlyList<Tag>? Tags { get; init; }

    public static InstanceLine Of(InstanceState instance) => new()
    {
        Arn = instance.Arn,
        ClusterArn = instance.ClusterArn,
        Profile = instance.Profile,
        RegisteredAt = instance.RegisteredAt,
        Version = instance.Version,
        AgentConnected = instance.AgentConnected,
        Status = instance.Status,
        CustomAttributes = [.. instance.CustomAttributes.Select(a => new NameValue(a.Key, a.Value))],
        Groups = [.. instance.Groups.Select(group => new GroupLine { Name = group.Key, Tasks = group.Value })],
        ReservedCpu = instance.ReservedCpu,
        ReservedMemory = instance.ReservedMemory,
        ReservedPorts = instance.ReservedPorts,
        ReservedPortsUdp = instance.ReservedPortsUdp,
        Tasks = instance.Tasks,
        RunningTasks = instance.RunningTasks,
        PendingTasks = instance.PendingTasks,
        Tags = instance.Tags.Kept(),
    };

    public InstanceState ToState()
    {
        var instance = new InstanceState
        {
            Arn = Arn,
            ClusterArn = ClusterArn,
            Profile = Profile,
            RegisteredAt = RegisteredAt,
            Version = Version,
            AgentConnected = AgentConnected,
            Status = Status,
            ReservedCpu = ReservedCpu,
            ReservedMemory = ReservedMemory,
            ReservedPorts = [.. ReservedPorts],
            ReservedPortsUdp = [.. ReservedPortsUdp],
            RunningTasks = RunningTasks,
            PendingTasks = PendingTasks,
            Tags = TagList.Of(Tags),
        };
        // Onto the empty ones, which have the ordinal order.
        instance = instance with
        {
            Groups = instance.Groups.AddRange(Groups.Select(group => KeyValuePair.Create(group.Name, group.Tasks))),
            Tasks = instance.Tasks.Union(Tasks),
        };
        return instance.With(
            Profile,
            instance.CustomAttributes.AddRange(CustomAttributes.Select(a => KeyValuePair.Create(a.Name, a.Value))));
    }
}

/// <summary>How many tasks of an instance a group has.</summary>
internal sealed record GroupLine
{
    public required string Name { get; init; }

    public required int Tasks { get; init; }
}

using System.Collections.Immutable;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Tagging;

namespace Ecs.Model.Fleet;

/// <summary>A container instance: what it has, what is reserved on it, and whether its Agent is heard.</summary>
public sealed record InstanceState
{
    private static readonly ImmutableSortedDictionary<string, string?> NoAttributes =
        ImmutableSortedDictionary.Create<string, string?>(StringComparer.Ordinal);

    /// <summary>The instance's ARN.</summary>
    public required string Arn { get; init; }

    /// <summary>The cluster it is in.</summary>
    public required string ClusterArn { get; init; }

    /// <summary>What its Agent last said of its engine.</summary>
    public required InstanceProfile Profile { get; init; }

    /// <summary>When it first registered.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>The version of its stream.</summary>
    public required long Version { get; init; }

    /// <summary>Whether its Agent is heard.</summary>
    public bool AgentConnected { get; init; } = true;

    /// <summary>Whether it takes tasks.</summary>
    public InstanceStatus Status { get; init; } = InstanceStatus.Active;

    /// <summary>The attributes that users gave it, by name.</summary>
    public ImmutableSortedDictionary<string, string?> CustomAttributes { get; init; } = NoAttributes;

    /// <summary>All of its attributes: what its Agent says of it, and over that what users gave it.</summary>
    public ImmutableSortedDictionary<string, string?> Attributes { get; private init; } = NoAttributes;

    /// <summary>Its tags.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = TagList.None;

    /// <summary>How many of its tasks that are not STOPPED each group has.</summary>
    public ImmutableSortedDictionary<string, int> Groups { get; init; } =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Cpu units that its tasks hold.</summary>
    public int ReservedCpu { get; init; }

    /// <summary>MiB that its tasks hold.</summary>
    public int ReservedMemory { get; init; }

    /// <summary>Fixed TCP ports that its tasks hold.</summary>
    public ImmutableSortedSet<int> ReservedPorts { get; init; } = [];

    /// <summary>Fixed UDP ports that its tasks hold.</summary>
    public ImmutableSortedSet<int> ReservedPortsUdp { get; init; } = [];

    /// <summary>ARNs of its tasks that are not STOPPED.</summary>
    public ImmutableSortedSet<string> Tasks { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>How many of its tasks are RUNNING.</summary>
    public int RunningTasks { get; init; }

    /// <summary>How many of its tasks are on their way to RUNNING.</summary>
    public int PendingTasks { get; init; }

    /// <summary>Cpu units that are free.</summary>
    public int FreeCpu => Profile.Resources.Cpu - ReservedCpu;

    /// <summary>MiB that are free.</summary>
    public int FreeMemory => Profile.Resources.Memory - ReservedMemory;

    /// <summary>The instance with what its Agent said anew, and attributes that follow from it.</summary>
    internal InstanceState With(InstanceProfile profile, ImmutableSortedDictionary<string, string?> custom) =>
        this with
        {
            Profile = profile,
            CustomAttributes = custom,
            Attributes = NoAttributes
                .SetItems(profile.Attributes.Select(a => KeyValuePair.Create(a.Name, a.Value)))
                .SetItems(custom),
        };

    /// <summary>The instance after it was taken out of its cluster: nothing is on it any more.</summary>
    internal InstanceState Gone() => new()
    {
        Arn = Arn,
        ClusterArn = ClusterArn,
        Profile = Profile,
        RegisteredAt = RegisteredAt,
        Version = Version + 1,
        Status = InstanceStatus.Inactive,
        AgentConnected = false,
        CustomAttributes = CustomAttributes,
        Attributes = Attributes,
        Tags = Tags,
    };

    /// <summary>The instance with a task that is placed on it, on its way to RUNNING.</summary>
    internal InstanceState Reserve(TaskBegun task) => this with
    {
        ReservedCpu = ReservedCpu + task.Reserved.Cpu,
        ReservedMemory = ReservedMemory + task.Reserved.Memory,
        ReservedPorts = task.Reserved.Ports.Count == 0 ? ReservedPorts : ReservedPorts.Union(task.Reserved.Ports),
        ReservedPortsUdp = task.Reserved.PortsUdp.Count == 0
            ? ReservedPortsUdp
            : ReservedPortsUdp.Union(task.Reserved.PortsUdp),
        Tasks = Tasks.Add(task.TaskArn),
        Groups = Groups.SetItem(task.Group, Groups.GetValueOrDefault(task.Group) + 1),
        PendingTasks = PendingTasks + 1,
    };

    /// <summary>The instance with a task of it in another status; a STOPPED one gives its reservation back.</summary>
    internal InstanceState Counted(TaskState before, TaskState after)
    {
        var running = RunningTasks + Convert.ToInt32(after.IsRunning) - Convert.ToInt32(before.IsRunning);
        var pending = PendingTasks + Convert.ToInt32(after.IsPending) - Convert.ToInt32(before.IsPending);
        if (!after.IsStopped) return this with { RunningTasks = running, PendingTasks = pending };

        var (held, group) = (after.Origin.Reserved, after.Origin.Group);
        return this with
        {
            RunningTasks = running,
            PendingTasks = pending,
            ReservedCpu = ReservedCpu - held.Cpu,
            ReservedMemory = ReservedMemory - held.Memory,
            ReservedPorts = ReservedPorts.Except(held.Ports),
            ReservedPortsUdp = ReservedPortsUdp.Except(held.PortsUdp),
            Tasks = Tasks.Remove(after.Origin.TaskArn),
            Groups = Groups[group] == 1 ? Groups.Remove(group) : Groups.SetItem(group, Groups[group] - 1),
        };
    }
}

using System.Collections.Immutable;
using Ecs.Contracts.Events;

namespace Ecs.Model.Fleet;

/// <summary>A container instance: what it has, what is reserved on it, and whether its Agent is heard.</summary>
public sealed record InstanceState
{
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

    /// <summary>The instance with a task's reservation added.</summary>
    internal InstanceState Reserve(string taskArn, Reservation held) => this with
    {
        ReservedCpu = ReservedCpu + held.Cpu,
        ReservedMemory = ReservedMemory + held.Memory,
        ReservedPorts = ReservedPorts.Union(held.Ports),
        ReservedPortsUdp = ReservedPortsUdp.Union(held.PortsUdp),
        Tasks = Tasks.Add(taskArn),
    };

    /// <summary>The instance with a task's reservation given back.</summary>
    internal InstanceState Release(string taskArn, Reservation held) => this with
    {
        ReservedCpu = ReservedCpu - held.Cpu,
        ReservedMemory = ReservedMemory - held.Memory,
        ReservedPorts = ReservedPorts.Except(held.Ports),
        ReservedPortsUdp = ReservedPortsUdp.Except(held.PortsUdp),
        Tasks = Tasks.Remove(taskArn),
    };
}

using System.Collections.Immutable;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;
using Ecs.Placement.Asking;

namespace Ecs.Placement.Scanning;

/// <summary>
/// What keeps a task from an instance, in the order in which it is looked at: an instance falls by the first filter
/// that holds. The numbers of filters are their places in that order.
/// </summary>
public static class Filters
{
    /// <summary>The instance takes no new tasks: it is DRAINING.</summary>
    public const string Inactive = "INACTIVE";

    /// <summary>The instance's Agent is not heard.</summary>
    public const string Agent = "AGENT";

    /// <summary>Too few cpu units are free.</summary>
    public const string Cpu = "RESOURCE:CPU";

    /// <summary>Too little memory is free.</summary>
    public const string Memory = "RESOURCE:MEMORY";

    /// <summary>A port is taken.</summary>
    public const string Ports = "RESOURCE:PORTS";

    /// <summary>A task of the same group is there.</summary>
    public const string DistinctInstance = "DistinctInstance placement constraint unsatisfied.";

    /// <summary>The instance does not match an expression.</summary>
    public const string MemberOf = "MemberOf placement constraint unsatisfied.";

    /// <summary>The instance lacks what the definition itself needs.</summary>
    public const string Attribute = "ATTRIBUTE";

    /// <summary>No filter holds.</summary>
    internal const int None = -1;

    private const int StatusPlace = 0;
    private const int AgentPlace = 1;
    private const int CpuPlace = 2;
    private const int MemoryPlace = 3;
    private const int PortsPlace = 4;
    private const int DistinctPlace = 5;
    private const int FirstMemberPlace = 6;

    /// <summary>What keeps a task from an instance, as ECS names it, with numbers; null where nothing does.</summary>
    public static Failure? Rejection(InstanceState instance, PlacementRequest request) =>
        First(instance, request) is >= 0 and var place ? Tell(place, instance, request) : null;

    /// <summary>Whether an instance can have a task.</summary>
    public static bool Pass(InstanceState instance, PlacementRequest request) => First(instance, request) == None;

    /// <summary>How many filters a request has.</summary>
    internal static int Count(PlacementRules rules) => FirstMemberPlace + rules.Members.Length;

    /// <summary>The first filter that holds.</summary>
    internal static int First(InstanceState instance, PlacementRequest request)
    {
        if (instance.Status is not InstanceStatus.Active) return StatusPlace;
        if (!instance.AgentConnected) return AgentPlace;
        if (request.Needs.Cpu > instance.FreeCpu) return CpuPlace;
        if (request.Needs.Memory > instance.FreeMemory) return MemoryPlace;
        if (TakenPort(instance, request.Needs) is not null) return PortsPlace;
        if (request.Rules.IsDistinct && instance.Groups.ContainsKey(request.Group)) return DistinctPlace;

        var members = request.Rules.Members;
        for (var i = 0; i < members.Length; i++)
        {
            if (!members[i].Matches(instance)) return FirstMemberPlace + i;
        }

        return None;
    }

    /// <summary>The port that is wanted and taken, as <c>80/tcp</c>; null where there is none.</summary>
    internal static string? TakenPort(InstanceState instance, Reservation needs)
    {
        var has = instance.Profile.Resources;
        return Taken(needs.Ports, has.Ports, instance.ReservedPorts) is { } tcp ? $"{tcp}/tcp"
            : Taken(needs.PortsUdp, has.PortsUdp, instance.ReservedPortsUdp) is { } udp ? $"{udp}/udp"
            : null;
    }

    /// <summary>A filter's rejection of an instance, in words.</summary>
    internal static Failure Tell(int place, InstanceState instance, PlacementRequest request)
    {
        var (reason, detail) = place switch
        {
            StatusPlace => (Inactive, instance.Status is InstanceStatus.Draining
                ? "it is DRAINING and takes no new tasks"
                : "it was deregistered"),
            AgentPlace => (Agent, "its Agent is not connected"),
            CpuPlace => (Cpu, $"needs {request.Needs.Cpu}, has {instance.FreeCpu}"),
            MemoryPlace => (Memory, $"needs {request.Needs.Memory}, has {instance.FreeMemory}"),
            PortsPlace => (Ports, $"needs {TakenPort(instance, request.Needs)}, which is taken"),
            DistinctPlace => (DistinctInstance,
                $"has {instance.Groups.GetValueOrDefault(request.Group)} of the group {request.Group}"),
            _ => Tell(request.Rules.Members[place - FirstMemberPlace].ToString()),
        };
        return new Failure(instance.Arn, reason, detail);
    }

    private static (string Reason, string Detail) Tell(string member) =>
        (RequiredAttributes.IsAskedIn(member) ? Attribute : MemberOf, $"is not {member}");

    private static int? Taken(IReadOnlyList<int> wanted, IReadOnlyList<int> inUse, ImmutableSortedSet<int> reserved)
    {
        for (var i = 0; i < wanted.Count; i++)
        {
            if (reserved.Contains(wanted[i]) || inUse.Contains(wanted[i])) return wanted[i];
        }

        return null;
    }
}

using System.Text.RegularExpressions;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Model.Tagging;
using Ecs.Rules.Clusters;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Rules.ContainerInstances;

/// <summary>The rules by which engines join, come back and fall silent.</summary>
public static partial class InstanceDecisions
{
    /// <summary>The most attributes of one instance.</summary>
    private const int MaxAttributes = 128;

    /// <summary>
    /// The same engine is the same instance. An older session is refused, since a newer Agent speaks for the engine; so
    /// is an engine that has less than what is reserved on it, since its tasks would overbook it.
    /// </summary>
    public static Decision Decide(FleetState fleet, RegisterContainerInstance command, DateTimeOffset now)
    {
        if (Invalid(command) is { } invalid) return Decision.Refuse(invalid);

        var events = new List<IEvent>();
        if (Join(fleet, command, command.Cluster, now, out var made, out var refusal) is not { } cluster)
        {
            return Decision.Refuse(refusal!);
        }

        if (made is not null)
        {
            events.Add(made);
            fleet = fleet.Apply(made);
        }

        var arn = Arn.ContainerInstance(ClusterDecisions.Scope(command), cluster.Name, command.InstanceId!).ToString();
        var profile = ProfileOf(command);
        if (fleet.FindInstance(arn) is not { } known || known.Status == InstanceStatus.Inactive)
        {
            if (fleet.FindInstance(arn) is { } gone && IsSameAgent(gone, profile))
            {
                return Decision.Refuse(
                    profile.Session < gone.Profile.Session ? OlderSession(gone, profile.Session) : Deregistered);
            }

            events.Add(new ContainerInstanceRegistered
            {
                ContainerInstanceArn = arn,
                ClusterArn = cluster.Arn,
                Profile = profile,
                Tags = TagList.Of(command.Tags).Kept(),
                At = now,
            });
        }
        else if (InstanceKeys.Wrong(known, command) is { } foreign)
        {
            return Decision.Refuse(foreign);
        }
        else if (profile.Session < known.Profile.Session)
        {
            return Decision.Refuse(OlderSession(known, profile.Session));
        }
        else if (Lacking(known, profile) is { } lacking)
        {
            return Decision.Refuse(
                known.AgentConnected && profile.Session > known.Profile.Session ? Beside(known, lacking) : lacking);
        }
        else if (!known.AgentConnected || profile.Session > known.Profile.Session || profile.Key != known.Profile.Key)
        {
            events.Add(new ContainerInstanceConnected { ContainerInstanceArn = arn, Profile = profile, At = now });
        }

        var after = events.Aggregate(fleet, (state, e) => e is ClusterCreated ? state : state.Apply(e));
        return Decision.Accept(new ContainerInstanceResult(after.FindInstance(arn)!.Describe()), events);
    }

    /// <summary>
    /// The cluster that an instance joins. As with ECS's own agent the default one comes into being with its first
    /// instance, and no other does.
    /// </summary>
    /// <param name="fleet">The state.</param>
    /// <param name="command">The command.</param>
    /// <param name="named">The cluster's name or ARN.</param>
    /// <param name="now">The moment of deciding.</param>
    /// <param name="made">The event that makes the cluster; null where it is there.</param>
    /// <param name="refusal">Why there is none.</param>
    internal static ClusterState? Join(
        FleetState fleet,
        Command command,
        string? named,
        DateTimeOffset now,
        out ClusterCreated? made,
        out CommandError? refusal)
    {
        made = null;
        if (ClusterDecisions.TryFind(fleet, command, named, out var cluster, out refusal)) return cluster;

        var arnOfDefault = Arn.Cluster(ClusterDecisions.Scope(command), ClusterDecisions.DefaultName).ToString();
        if (ClusterDecisions.ArnOf(command, named) != arnOfDefault) return null;

        made = new ClusterCreated(arnOfDefault, ClusterDecisions.DefaultName, now);
        return fleet.Apply(made).Clusters[arnOfDefault];
    }

    /// <summary>
    /// Records which Agents fell silent and which are heard again; what is known already changes nothing.
    /// </summary>
    public static Decision Decide(FleetState fleet, ObserveAgents command, DateTimeOffset now)
    {
        var lost = command.Silent.Where(arn => IsConnected(fleet, arn) == true)
            .Select(IEvent (arn) => new ContainerInstanceDisconnected(arn, now));
        var back = command.Heard.Where(arn => IsConnected(fleet, arn) == false)
            .Select(IEvent (arn) => new ContainerInstanceConnected { ContainerInstanceArn = arn, At = now });
        return Decision.Accept(null, [.. lost, .. back]);
    }

    /// <summary>The refusal of an Agent that another one, started later on the same engine, has replaced.</summary>
    public static CommandError OlderSession(InstanceState known, long session) => new(
        ErrorTypes.Client,
        $"Session {session} is older than {known.Profile.Session}, in which this instance's Agent is connected.")
    {
        Field = "session",
        LastSession = known.Profile.Session,
    };

    // A copy of the machine is no restart: while the Agent is heard, another may not speak for its tasks.
    private static CommandError Beside(InstanceState known, CommandError lacking) => lacking with
    {
        Message = $"{lacking.Message} The instance's Agent is heard in session {known.Profile.Session}.",
        Field = "session",
    };

    private static CommandError? Lacking(InstanceState known, InstanceProfile profile)
    {
        if (profile.Resources.Cpu < known.ReservedCpu || profile.Resources.Memory < known.ReservedMemory)
        {
            return new CommandError(
                ErrorTypes.Client,
                $"The engine has cpu {profile.Resources.Cpu} and memory {profile.Resources.Memory}, less than its "
                + $"tasks hold: cpu {known.ReservedCpu} and memory {known.ReservedMemory}.")
            {
                Field = "resources",
            };
        }

        return Taken(profile.Resources, known) is { Length: > 0 } taken
            ? new CommandError(
                ErrorTypes.Client,
                $"Ports that this engine's tasks hold are in use on its machine by something else: {taken}.")
            {
                Field = "resources.ports",
            }
            : null;
    }

    private static string Taken(InstanceResources has, InstanceState known) => string.Join(
        ", ",
        has.Ports.Where(known.ReservedPorts.Contains).Select(port => $"{port}/tcp")
            .Concat(has.PortsUdp.Where(known.ReservedPortsUdp.Contains).Select(port => $"{port}/udp")));

    private static readonly CommandError Deregistered = new(
        ErrorTypes.Client,
        "This container instance was deregistered in this session of its Agent; it joins again when its Agent is "
        + "started anew.")
    {
        Field = "session",
    };

    // A key that the instance had not is another Agent's, whatever its clock says.
    private static bool IsSameAgent(InstanceState gone, InstanceProfile profile) =>
        profile.Session <= gone.Profile.Session
        && (gone.Profile.Key is null || profile.Key is null || profile.Key == gone.Profile.Key);

    private static bool? IsConnected(FleetState fleet, string arn) =>
        fleet.TryGetInstance(arn, out var instance) ? instance.AgentConnected : null;

    private static InstanceProfile ProfileOf(RegisterContainerInstance command) => new()
    {
        Session = command.Session!.Value,
        Hostname = command.Hostname ?? "",
        Resources = command.Resources!,
        Attributes = command.Attributes ?? [],
        VersionInfo = command.VersionInfo ?? new(),
        Key = command.SignedBy,
    };

    private static CommandError? Invalid(RegisterContainerInstance command) => command switch
    {
        { InstanceId: null } => Wrong("instanceId", "must be given"),
        { InstanceId: { } id } when !Ids().IsMatch(id) => Wrong("instanceId", "must be 32 hexadecimal characters"),
        { Session: null or < 1 } => Wrong("session", "must be a number from 1"),
        { Resources: null } => Wrong("resources", "must be given"),
        { Resources.Cpu: < 1 } => Wrong("resources.cpu", "must be at least 1"),
        { Resources.Memory: < 1 } => Wrong("resources.memory", "must be at least 1 MiB"),
        { Attributes.Count: > MaxAttributes } => Wrong("attributes", $"must be at most {MaxAttributes}"),
        _ => TagRules.Broken(command.Tags),
    };

    [GeneratedRegex(@"\A[0-9a-f]{32}\z")]
    private static partial Regex Ids();
}

using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Rules.Clusters;

namespace Ecs.Rules.ContainerInstances;

/// <summary>How a command names container instances.</summary>
public static class Naming
{
    /// <summary>The reason of a failure about what is not there.</summary>
    public const string Missing = "MISSING";

    /// <summary>The reason of a failure about an instance that takes no tasks.</summary>
    public const string Inactive = "INACTIVE";

    /// <summary>
    /// The ARN that an id means in a cluster; an ARN of another cluster or scope names nothing there.
    /// </summary>
    public static string ArnOf(Command command, ClusterState cluster, string named) =>
        !named.StartsWith("arn:", StringComparison.Ordinal)
            ? Arn.ContainerInstance(ClusterDecisions.Scope(command), cluster.Name, named).ToString()
        : Arn.TryParse(named, out var arn)
            && arn.Kind == ResourceKind.ContainerInstance
            && arn.Scope == ClusterDecisions.Scope(command)
            && arn.ClusterName == cluster.Name ? named
        : "";

    /// <summary>The instance, deregistered ones included; null where there is none.</summary>
    public static InstanceState? Find(FleetState fleet, Command command, ClusterState cluster, string named) =>
        fleet.FindInstance(ArnOf(command, cluster, named));

    /// <summary>The failure about a name that means nothing.</summary>
    public static Failure MissingOf(Command command, ClusterState cluster, string named) =>
        new(ArnOf(command, cluster, named) is { Length: > 0 } arn ? arn : named, Missing);

    // ECS writes its members' names as words here.
    private static string What(string field) => field switch
    {
        "containerInstances" => "Container instances",
        "tasks" => "Tasks",
        _ => field,
    };

    /// <summary>What is wrong with a list of names; null where nothing is.</summary>
    public static CommandError? Wrong(IReadOnlyList<string?>? named, int most, string field) => named switch
    {
        null or { Count: 0 } => new CommandError(ErrorTypes.InvalidParameter, $"{What(field)} cannot be empty.")
        {
            Field = field,
        },
        { } when named.Any(string.IsNullOrEmpty) =>
            new CommandError(ErrorTypes.InvalidParameter, $"{field} must not hold an empty name.") { Field = field },
        { } when named.Count > most =>
            new CommandError(ErrorTypes.InvalidParameter, $"{field} must name at most {most}.") { Field = field },
        _ => null,
    };
}

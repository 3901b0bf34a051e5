using System.Text.RegularExpressions;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.ClusterQueries;
using Ecs.Model.Fleet;
using Ecs.Rules.Clusters;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Rules.ContainerInstances;

/// <summary>The rules of the attributes that users give to instances.</summary>
public static partial class AttributeDecisions
{
    /// <summary>The only type of target that attributes have.</summary>
    public const string TargetType = "container-instance";

    /// <summary>The most custom attributes of one instance, as in ECS.</summary>
    public const int MaxCustom = 10;

    /// <summary>Attributes of this prefix are what the Agent says of its engine.</summary>
    private const string BuiltIn = "ecs.";

    /// <summary>Sets attributes, all of them or, where one is wrong, none.</summary>
    public static Decision Decide(FleetState fleet, PutAttributes command, DateTimeOffset now) =>
        Decide(fleet, command, command.Cluster, command.Attributes, (instance, named) => new()
        {
            ContainerInstanceArn = instance.Arn,
            Put = [.. named.Select(a => new NameValue(a.Name!, a.Value))
                .Where(a => !instance.CustomAttributes.TryGetValue(a.Name, out var value) || value != a.Value)],
            At = now,
        });

    /// <summary>Takes attributes; one that is not there is passed over, as in ECS.</summary>
    public static Decision Decide(FleetState fleet, DeleteAttributes command, DateTimeOffset now) =>
        Decide(fleet, command, command.Cluster, command.Attributes, (instance, named) => new()
        {
            ContainerInstanceArn = instance.Arn,
            Deleted = [.. named
                .Where(a => instance.CustomAttributes.TryGetValue(a.Name!, out var value)
                    && (a.Value is null || a.Value == value))
                .Select(a => a.Name!)],
            At = now,
        });

    private static Decision Decide(
        FleetState fleet,
        Command command,
        string? clusterName,
        IReadOnlyList<InstanceAttribute>? attributes,
        Func<InstanceState, IEnumerable<InstanceAttribute>, ContainerInstanceAttributesChanged> change)
    {
        if (!ClusterDecisions.TryFind(fleet, command, clusterName, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (attributes is null || attributes.Count is 0 or > PutAttributes.MaxAttributes)
        {
            return Decision.Refuse(Wrong("attributes", $"must be 1 to {PutAttributes.MaxAttributes}"));
        }

        for (var i = 0; i < attributes.Count; i++)
        {
            if (Broken(attributes[i], $"attributes[{i}]") is { } broken) return Decision.Refuse(broken);

            if (!cluster.Instances.TryGetValue(Naming.ArnOf(command, cluster, attributes[i].TargetId!), out _))
            {
                return Decision.Refuse(new CommandError(
                    ErrorTypes.TargetNotFound, $"The container instance {attributes[i].TargetId} was not found.")
                {
                    Field = $"attributes[{i}].targetId",
                });
            }
        }

        var events = new List<IEvent>();
        foreach (var target in attributes.GroupBy(a => Naming.ArnOf(command, cluster, a.TargetId!)))
        {
            // Of one name said twice the last holds.
            var named = target.GroupBy(a => a.Name!, StringComparer.Ordinal).Select(same => same.Last());
            var changed = change(cluster.Instances.Find(target.Key)!, named);
            if (changed.Put.Count + changed.Deleted.Count == 0) continue;

            fleet = fleet.Apply(changed);
            if (fleet.FindInstance(target.Key)!.CustomAttributes.Count > MaxCustom)
            {
                return Decision.Refuse(
                    ErrorTypes.AttributeLimitExceeded,
                    $"{target.Key} would have more than {MaxCustom} custom attributes.",
                    "attributes");
            }

            events.Add(changed);
        }

        return Decision.Accept(
            new AttributesResult([.. attributes.Select(a => Shown(command, cluster, a))]), events);
    }

    private static InstanceAttribute Shown(Command command, ClusterState cluster, InstanceAttribute attribute) =>
        attribute with
        {
            TargetType = TargetType,
            TargetId = Naming.ArnOf(command, cluster, attribute.TargetId!),
        };

    private static CommandError? Broken(InstanceAttribute? attribute, string path) => attribute switch
    {
        null => Wrong(path, "must be an attribute"),
        { Name: null } => Wrong($"{path}.name", "must be given"),
        { Name: { } name } when !ClusterQuery.IsAttributeName(name) =>
            Wrong(
                $"{path}.name",
                "must be 1 to 128 letters, digits, hyphens, underscores, dots and slashes of either kind"),
        { Name: { } name } when name.StartsWith(BuiltIn, StringComparison.Ordinal) =>
            Wrong($"{path}.name", $"must not begin with '{BuiltIn}': such attributes are the Agent's to say"),
        { Value: { } value } when !Values().IsMatch(value) =>
            Wrong(
                $"{path}.value",
                "must be at most 128 letters, digits and the characters _ - . @ : / \\ and space, none at its ends"),
        { TargetType: not (null or TargetType) } => Wrong($"{path}.targetType", $"must be {TargetType}"),
        { TargetId: null or "" } => Wrong($"{path}.targetId", "must name a container instance"),
        _ => null,
    };

    [GeneratedRegex(@"\A(?! )[A-Za-z0-9_\-.@:/\\ ]{1,128}(?<! )\z")]
    private static partial Regex Values();
}

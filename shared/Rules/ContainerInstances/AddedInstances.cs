using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.ClusterQueries;
using Ecs.Model.Fleet;
using Ecs.Model.Tagging;
using Ecs.Rules.Clusters;
using Ecs.Rules.Tasks;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Rules.ContainerInstances;

/// <summary>
/// The rules of instances that are registered over HTTP. Whoever sends that is not the instance's Agent, so the
/// instance is not connected; the Agent that joins under its id, with a key, is the one that speaks for it from then
/// on.
/// </summary>
public static class AddedInstances
{
    private const int MaxAttributes = 128;

    // Agents count their sessions from 1.
    private const long NoSession = 0;

    /// <summary>Puts an instance down, or tells one anew that no Agent has joined as yet.</summary>
    public static Decision Decide(FleetState fleet, AddContainerInstance command, DateTimeOffset now)
    {
        if (AddedResources.Read(command.TotalResources, out var broken) is not { } resources)
        {
            return Decision.Refuse(broken!);
        }

        if ((Broken(command.Attributes) ?? TagRules.Broken(command.Tags)) is { } wrong) return Decision.Refuse(wrong);

        var events = new List<IEvent>();
        var cluster = InstanceDecisions.Join(fleet, command, command.Cluster, now, out var made, out var refusal);
        if (cluster is null)
        {
            return Decision.Refuse(refusal!);
        }

        if (made is not null) events.Add(made);
        var profile = new InstanceProfile
        {
            Session = NoSession,
            Hostname = "",
            Resources = resources,
            Attributes = [.. (command.Attributes ?? []).Select(a => new NameValue(a.Name!, a.Value))],
            VersionInfo = command.VersionInfo ?? new(),
        };
        if (string.IsNullOrEmpty(command.ContainerInstanceArn))
        {
            events.AddRange(New(command, cluster, profile, now));
        }
        else if (Again(fleet, command, cluster, profile, now, out refusal) is { } again)
        {
            events.AddRange(again);
        }
        else
        {
            return Decision.Refuse(refusal!);
        }

        var arn = events[^1].Stream;
        var after = events.Aggregate(fleet, (state, e) => state.Apply(e));
        return Decision.Accept(new ContainerInstanceResult(after.FindInstance(arn)!.Describe()), events);
    }

    private static IEnumerable<IEvent> New(
        AddContainerInstance command, ClusterState cluster, InstanceProfile profile, DateTimeOffset now)
    {
        var id = Identifiers.Instance(command);
        var arn = Arn.ContainerInstance(ClusterDecisions.Scope(command), cluster.Name, id).ToString();
        return
        [
            new ContainerInstanceRegistered
            {
                ContainerInstanceArn = arn,
                ClusterArn = cluster.Arn,
                Profile = profile with { Hostname = id },
                Tags = TagList.Of(command.Tags).Kept(),
                At = now,
            },
            new ContainerInstanceDisconnected(arn, now),
        ];
    }

    private static IEnumerable<IEvent>? Again(
        FleetState fleet,
        AddContainerInstance command,
        ClusterState cluster,
        InstanceProfile profile,
        DateTimeOffset now,
        out CommandError? refusal)
    {
        const string field = "containerInstanceArn";
        var arn = command.ContainerInstanceArn!;
        if (!cluster.Instances.TryGetValue(Naming.ArnOf(command, cluster, arn), out var known))
        {
            refusal = new CommandError(
                ErrorTypes.InvalidParameter, "The referenced container instance was not found.") { Field = field };
            return null;
        }

        refusal = known.Profile.Session == NoSession
            ? null
            : new CommandError(
                ErrorTypes.Client, "This container instance has an Agent, which alone says what its engine has.")
            {
                Field = field,
            };
        return refusal is not null
            ? null
            :
            [
                new ContainerInstanceConnected
                {
                    ContainerInstanceArn = known.Arn,
                    Profile = profile with { Hostname = known.Profile.Hostname },
                    At = now,
                },
                new ContainerInstanceDisconnected(known.Arn, now),
            ];
    }

    private static CommandError? Broken(IReadOnlyList<InstanceAttribute?>? attributes)
    {
        if (attributes?.Count > MaxAttributes) return Wrong("attributes", $"must be at most {MaxAttributes}");

        for (var i = 0; i < attributes?.Count; i++)
        {
            if (attributes[i] is not { } attribute) return Wrong($"attributes[{i}]", "must be an attribute");

            if (attribute.Name is null || !ClusterQuery.IsAttributeName(attribute.Name))
            {
                return Wrong($"attributes[{i}].name", "must be the name of an attribute, at most 128 characters");
            }

            if (attribute.Value?.Length > MaxAttributes)
            {
                return Wrong($"attributes[{i}].value", "must be at most 128 characters");
            }

            if (attribute.TargetType is not (null or AttributeDecisions.TargetType))
            {
                return Wrong($"attributes[{i}].targetType", $"must be {AttributeDecisions.TargetType}");
            }

            if (attribute.TargetId is not (null or "")) return Wrong($"attributes[{i}].targetId", "must be left out");
        }

        return null;
    }
}

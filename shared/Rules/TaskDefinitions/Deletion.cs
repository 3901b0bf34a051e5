using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.TaskDefinitions;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Rules.TaskDefinitions;

/// <summary>
/// How revisions that are out of use are given up. ECS forgets them once nothing runs of them; here the log forgets
/// nothing, so they stay DELETE_IN_PROGRESS: shown by their names, and tasks of them go on.
/// </summary>
public static class Deletion
{
    /// <summary>Gives up each revision that is INACTIVE; what cannot be is a failure, and the others go on.</summary>
    public static Decision Decide(Families families, DeleteTaskDefinitions command, DateTimeOffset now)
    {
        const string field = "taskDefinitions";
        var most = DeleteTaskDefinitions.MaxDefinitions;
        if (command.TaskDefinitions is not { Count: > 0 } named) return Decision.Refuse(Wrong(field, "must be given"));

        if (named.Count > most) return Decision.Refuse(Wrong(field, $"must be at most {most}"));

        var events = new List<IEvent>();
        var shown = new List<TaskDefinition>();
        var failures = new List<Failure>();
        foreach (var name in named.Distinct(StringComparer.Ordinal))
        {
            var (revision, reason) = Find(families, command, name);
            if (reason is not null)
            {
                failures.Add(new Failure(revision?.Arn ?? name, reason));
                continue;
            }

            if (revision!.Status is TaskDefinitionStatus.Inactive)
            {
                events.Add(new TaskDefinitionDeletionRequested(revision.Arn, revision.Number, now));
                families = families.Apply(events[^1]);
                (revision, _) = Find(families, command, name);
            }

            shown.Add(revision!.Describe());
        }

        return Decision.Accept(new DeleteTaskDefinitionsResult(shown, failures), events);
    }

    private static (Revision? Revision, string? Reason) Find(
        Families families, DeleteTaskDefinitions command, string? name)
    {
        var scope = new Scope(command.Account, command.Region);
        if (!TaskDefinitionReference.TryParse(name, scope, out var reference, out _)
            || reference is { Revision: null, Label: null })
        {
            return (null, "The specified task definition identifier is invalid. Specify a valid name or ARN and try "
                + "again.");
        }

        return families.Of(scope, reference.Family).Find(reference) switch
        {
            null => (null, "The specified task definition does not exist. Specify a valid account, family, revision "
                + "and try again."),
            { Status: TaskDefinitionStatus.Active } active => (active, "The specified task definition is still in "
                + "ACTIVE status. Please deregister the target and try again."),
            var found => (found, null),
        };
    }
}

using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Rules.TaskDefinitions;

/// <summary>How a revision is taken out of use: what runs of it goes on, nothing new starts.</summary>
public static class Deregistration
{
    /// <summary>Makes one named revision INACTIVE; one that is so already is answered as it is.</summary>
    public static Decision Decide(Families families, DeregisterTaskDefinition command, DateTimeOffset now)
    {
        var scope = new Scope(command.Account, command.Region);
        if (!TaskDefinitionReference.TryParse(command.TaskDefinition, scope, out var reference, out var error))
        {
            return Decision.Refuse(error);
        }

        if (reference is { Revision: null, Label: null })
        {
            return Decision.Refuse(
                ErrorTypes.Client,
                $"Name one revision, such as '{reference.Family}:1': a whole family cannot be deregistered.",
                "taskDefinition");
        }

        var family = families.Of(scope, reference.Family);
        var revision = family.Find(reference);
        if (revision is null) return Decision.Refuse(Unknown.TaskDefinition);
        if (revision.Status is not TaskDefinitionStatus.Active)
        {
            return Decision.Accept(new TaskDefinitionResult(revision.Describe()));
        }

        var deregistered = new TaskDefinitionDeregistered(revision.Arn, revision.Number, now);
        var inactive = family.Apply(deregistered).Find(revision.Number)!;
        return Decision.Accept(new TaskDefinitionResult(inactive.Describe()), deregistered);
    }
}

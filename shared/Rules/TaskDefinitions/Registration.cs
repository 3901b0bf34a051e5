using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Model;
using Ecs.Model.Tagging;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Rules.TaskDefinitions;

/// <summary>How a definition becomes a revision.</summary>
public static class Registration
{
    /// <summary>
    /// Every registration is a new revision, except that one whose label is known is the revision that bears it: the
    /// same content answers with it, whatever became of it and of the rules since, and other content is refused.
    /// </summary>
    public static Decision Decide(Families families, RegisterTaskDefinition command, DateTimeOffset now)
    {
        if (TagRules.Broken(command.Tags) is { } tags) return Decision.Refuse(tags);

        var scope = new Scope(command.Account, command.Region);
        var family = families.Of(scope, command.Family ?? "");
        var labelled = command.VersionLabel is { } label ? family.FindByLabel(label) : null;
        if (labelled is not null && TaskDefinitionRules.SaysTheSame(command, labelled))
        {
            return Decision.Accept(new TaskDefinitionResult(labelled.Describe(), labelled.Tags));
        }

        if (!TaskDefinitionRules.TryRead(command, out var content, out var error)) return Decision.Refuse(error);

        if (labelled is not null) return Decision.Refuse(Taken(command, labelled));

        var registered = new TaskDefinitionRegistered
        {
            TaskDefinitionArn = Arn.TaskDefinition(scope, command.Family!, family.NextNumber).ToString(),
            Family = command.Family!,
            Revision = family.NextNumber,
            VersionLabel = command.VersionLabel,
            Content = content,
            Digest = CanonicalJson.Digest(content),
            RegisteredBy = command.Actor,
            Tags = TagList.Of(command.Tags).Kept(),
            At = now,
        };
        var revision = family.Apply(registered).Find(registered.Revision)!;
        return Decision.Accept(new TaskDefinitionResult(revision.Describe(), revision.Tags), registered);
    }

    private static CommandError Taken(RegisterTaskDefinition command, Revision labelled) => new(
        ErrorTypes.Client,
        $"The version label '{command.VersionLabel}' belongs to revision {labelled.Number} of the family "
        + $"'{command.Family}', which has other content; a label is never used again.")
    {
        Field = "versionLabel",
        ResourceIds = [labelled.Arn],
    };
}

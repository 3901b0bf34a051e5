using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Rules.Definitions;

/// <summary>What was looked up for a command that runs a definition, with the content behind its digest.</summary>
/// <param name="Resolved">What is recorded with the command.</param>
/// <param name="Content">What the revision says; null where there is none.</param>
public sealed record DefinitionInHand(ResolvedDefinition Resolved, TaskDefinitionContent? Content)
{
    /// <summary>The content with overrides applied; else why there is nothing to run.</summary>
    public bool TryApply(
        TaskOverrides? overrides,
        [NotNullWhen(true)] out TaskDefinitionContent? applied,
        [NotNullWhen(false)] out CommandError? refusal)
    {
        applied = null;
        refusal = Resolved.Error;
        return refusal is null && Overriding.TryApply(Content!, overrides, out applied, out refusal);
    }
}

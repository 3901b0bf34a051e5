using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Scheduler.Tasks;

/// <summary>The constraints and strategies that hold for a command's tasks.</summary>
/// <param name="Constraints">The definition's and the command's; null for none.</param>
/// <param name="Strategies">The command's; null for none.</param>
internal sealed record PlacementRules(
    IReadOnlyList<PlacementConstraint>? Constraints, IReadOnlyList<PlacementStrategy>? Strategies)
{
    /// <summary>Joins what a definition and a command say; else what is wrong with the command's part.</summary>
    public static bool TryJoin(
        TaskDefinitionContent content,
        RunTask command,
        [NotNullWhen(true)] out PlacementRules? rules,
        [NotNullWhen(false)] out CommandError? error)
    {
        IReadOnlyList<PlacementConstraint> constraints =
            [.. content.PlacementConstraints ?? [], .. command.PlacementConstraints ?? []];
        rules = new PlacementRules(
            constraints.Count > 0 ? constraints : null,
            command.PlacementStrategy is { Count: > 0 } strategies ? strategies : null);
        error = null;
        return true;
    }
}

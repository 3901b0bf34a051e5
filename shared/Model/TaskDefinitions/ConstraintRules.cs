using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.ClusterQueries;

namespace Ecs.Model.TaskDefinitions;

/// <summary>What a definition may say of the instances that its tasks run on.</summary>
public static class ConstraintRules
{
    /// <summary>The most constraints of one task, those of its definition included, as in ECS.</summary>
    public const int MaxConstraints = 10;

    /// <summary>What is wrong with a definition's constraints.</summary>
    internal static IEnumerable<CommandError> Violations(IReadOnlyList<PlacementConstraint>? constraints)
    {
        if (constraints is null) yield break;

        if (constraints.Count > MaxConstraints)
        {
            yield return NameRules.Wrong(
                $"placementConstraints must be at most {MaxConstraints}, not {constraints.Count}.",
                "placementConstraints");
        }

        for (var i = 0; i < constraints.Count; i++)
        {
            if (Violation(constraints[i], $"placementConstraints[{i}]") is { } error) yield return error;
        }
    }

    private static CommandError? Violation(PlacementConstraint? constraint, string path) => constraint switch
    {
        // distinctInstance is about the tasks of one call, which a definition does not know.
        not { Type: "memberOf" } => NameRules.Wrong(
            "The type of a task definition's placement constraint must be 'memberOf'.", $"{path}.type"),
        { Expression: not { Length: > 0 } } => NameRules.Wrong(
            "A memberOf constraint must have an expression.", $"{path}.expression"),
        { Expression: { } text } when !ClusterQuery.TryParse(text, out _, out var error) => NameRules.Wrong(
            $"A memberOf expression cannot be read: {error.Message}.\n{error.Rendering}", $"{path}.expression"),
        _ => null,
    };
}

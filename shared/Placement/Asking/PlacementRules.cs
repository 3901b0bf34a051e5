using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.ClusterQueries;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Placement.Asking;

/// <summary>
/// Constraints and strategies, read once for all tasks that have them. Immutable.
/// </summary>
public sealed class PlacementRules
{
    /// <summary>
    /// The most constraints of one task, those of its definition included, as in ECS. What asks for a required
    /// attribute is not counted: a definition of 64 KiB bounds those.
    /// </summary>
    public const int MaxConstraints = ConstraintRules.MaxConstraints;

    /// <summary>The most strategies of one task, as in ECS.</summary>
    public const int MaxStrategies = 5;

    /// <summary>How a choice without strategies is named: the first instance by name that has room.</summary>
    public const string FirstFit = "first-fit";

    private PlacementRules(bool isDistinct, ClusterQuery[] members, Strategy[] strategies)
    {
        IsDistinct = isDistinct;
        Members = members;
        Strategies = strategies;
        Rule = strategies.Length == 0 ? FirstFit : string.Join(", ", strategies.Select(strategy => strategy.Text));
        CountsGroup = isDistinct || Array.Exists(strategies, strategy => strategy.CountsGroup);

        // Quotes and parentheses are balanced in a query's canonical text, so two different rules never share a key.
        Key = $"{(isDistinct ? "distinct" : "")}|{Rule}|{string.Join('|', members.Select(member => $"({member})"))}";
    }

    /// <summary>No constraints, no strategies.</summary>
    public static PlacementRules None { get; } = new(false, [], []);

    /// <summary>The strategies as a choice is told, such as <c>spread(instanceId), binpack(cpu)</c>.</summary>
    public string Rule { get; }

    /// <summary>Whether no other task of the group may be on the instance.</summary>
    internal bool IsDistinct { get; }

    /// <summary>What the instance must match, each in order.</summary>
    internal ClusterQuery[] Members { get; }

    /// <summary>The wishes, the first the most important.</summary>
    internal Strategy[] Strategies { get; }

    /// <summary>Whether the tasks of the group matter.</summary>
    internal bool CountsGroup { get; }

    /// <summary>The same text for rules that say the same.</summary>
    internal string Key { get; }

    /// <summary>Reads what a definition and a command say; else names the member that is wrong, and the rule.</summary>
    /// <param name="constraints">The constraints; null for none.</param>
    /// <param name="strategies">The strategies; null for none.</param>
    /// <param name="rules">What they say.</param>
    /// <param name="error">What is wrong, with a path such as <c>placementConstraints[0].expression</c>.</param>
    public static bool TryRead(
        IReadOnlyList<PlacementConstraint>? constraints,
        IReadOnlyList<PlacementStrategy>? strategies,
        [NotNullWhen(true)] out PlacementRules? rules,
        [NotNullWhen(false)] out CommandError? error)
    {
        rules = null;
        var (members, wishes) = (new List<ClusterQuery>(), new List<Strategy>());
        error = ReadConstraints(constraints ?? [], members, out var isDistinct)
            ?? ReadStrategies(strategies ?? [], wishes);
        if (error is not null) return false;

        rules = isDistinct || members.Count > 0 || wishes.Count > 0
            ? new PlacementRules(isDistinct, [.. members], [.. wishes])
            : None;
        return true;
    }

    private static CommandError? ReadConstraints(
        IReadOnlyList<PlacementConstraint> given, List<ClusterQuery> members, out bool isDistinct)
    {
        isDistinct = false;
        if (given.Count(constraint => !IsRequirement(constraint)) > MaxConstraints)
        {
            return Wrong("placementConstraints", $"placementConstraints must be at most {MaxConstraints}.");
        }

        for (var i = 0; i < given.Count; i++)
        {
            var path = $"placementConstraints[{i}]";
            switch (given[i])
            {
                case { Type: "distinctInstance", Expression: null }:
                    isDistinct = true;
                    break;
                case { Type: "distinctInstance" }:
                    return Wrong($"{path}.expression", "distinctInstance expression should not be specified.");
                case { Type: "memberOf", Expression: { Length: > 0 } text }:
                    if (!ClusterQuery.TryParse(text, out var member, out var error))
                    {
                        return Wrong(
                            $"{path}.expression",
                            $"A memberOf expression cannot be read: {error.Message}.\n{error.Rendering}");
                    }

                    members.Add(member);
                    break;
                case { Type: "memberOf" }:
                    return Wrong($"{path}.expression", "A memberOf constraint must have an expression.");
                default:
                    return Wrong(
                        $"{path}.type", "The type of a placement constraint must be 'distinctInstance' or 'memberOf'.");
            }
        }

        return null;
    }

    private static bool IsRequirement(PlacementConstraint? constraint) =>
        constraint?.Expression is { } text && RequiredAttributes.IsAskedIn(text);

    private static CommandError? ReadStrategies(IReadOnlyList<PlacementStrategy> given, List<Strategy> strategies)
    {
        if (given.Count > MaxStrategies)
        {
            return Wrong("placementStrategy", $"placementStrategy must be at most {MaxStrategies} strategies.");
        }

        for (var i = 0; i < given.Count; i++)
        {
            if (!StrategyReading.TryRead(given[i], out var strategy, out var wrong))
            {
                return Wrong($"placementStrategy[{i}].{wrong.Value.Member}", wrong.Value.Message);
            }

            strategies.Add(strategy);
        }

        return null;
    }

    private static CommandError Wrong(string field, string message) =>
        new(ErrorTypes.InvalidParameter, message) { Field = field };
}

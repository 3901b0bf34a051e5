using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.ClusterQueries;

namespace Ecs.Placement.Asking;

/// <summary>Reads the strategies of a command.</summary>
internal static class StrategyReading
{
    private const string AttributePrefix = "attribute:";

    /// <summary>Reads one strategy; else says which member is wrong and why.</summary>
    public static bool TryRead(
        PlacementStrategy? given,
        [NotNullWhen(true)] out Strategy? strategy,
        [NotNullWhen(false)] out (string Member, string Message)? wrong)
    {
        wrong = null;
        strategy = given?.Type switch
        {
            // ECS does not use a field here, so one that is given means nothing.
            "random" => new Strategy(StrategyKind.Random, "random"),
            "binpack" => Binpack(given.Field),
            "spread" => Spread(given.Field ?? ""),
            _ => null,
        };
        if (strategy is not null) return true;

        wrong = given?.Type switch
        {
            "binpack" => ("field", "The field of a binpack strategy must be 'cpu' or 'memory'."),
            "spread" => ("field", "The field of a spread strategy must be 'instanceId', 'host' or 'attribute:<name>'."),
            _ => ("type", "The type of a placement strategy must be 'binpack', 'spread' or 'random'."),
        };
        return false;
    }

    private static Strategy? Binpack(string? field) =>
        Is(field, "cpu") ? new Strategy(StrategyKind.BinpackCpu, "binpack(cpu)")
        : Is(field, "memory") ? new Strategy(StrategyKind.BinpackMemory, "binpack(memory)")
        : null;

    private static Strategy? Spread(string field)
    {
        if (Is(field, "instanceId")) return new Strategy(StrategyKind.SpreadInstance, "spread(instanceId)");
        if (Is(field, "host")) return new Strategy(StrategyKind.SpreadHost, "spread(host)");

        return field.StartsWith(AttributePrefix, StringComparison.Ordinal)
            && ClusterQuery.IsAttributeName(field[AttributePrefix.Length..])
            ? new Strategy(StrategyKind.SpreadAttribute, $"spread({field})", field[AttributePrefix.Length..])
            : null;
    }

    // Both CPU and cpu are found in ECS's own examples.
    private static bool Is(string? field, string name) =>
        string.Equals(field, name, StringComparison.OrdinalIgnoreCase);
}

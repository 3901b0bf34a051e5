namespace Ecs.Placement.Asking;

/// <summary>What a strategy looks at.</summary>
internal enum StrategyKind
{
    BinpackCpu,
    BinpackMemory,
    SpreadInstance,
    SpreadHost,
    SpreadAttribute,
    Random,
}

/// <summary>
/// One wish for the place of a task: it gives every instance a whole number, of which the least is the best.
/// </summary>
/// <param name="Kind">What it looks at.</param>
/// <param name="Text">How it is written in accounts, such as <c>spread(attribute:zone)</c>.</param>
/// <param name="Attribute">The attribute's name, where it looks at one.</param>
internal sealed record Strategy(StrategyKind Kind, string Text, string? Attribute = null)
{
    /// <summary>Whether it counts the tasks of the group.</summary>
    public bool CountsGroup => Kind is StrategyKind.SpreadInstance || IsShared;

    /// <summary>Whether its number is that of all instances with the same value, not of the instance alone.</summary>
    public bool IsShared => Kind is StrategyKind.SpreadHost or StrategyKind.SpreadAttribute;
}

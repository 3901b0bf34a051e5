namespace Ecs.Contracts.Vocabulary;

/// <summary>A rule that an instance must keep to get a task.</summary>
public sealed record PlacementConstraint
{
    /// <summary>
    /// <c>memberOf</c> (the instance matches the expression) or <c>distinctInstance</c> (no other task of the group is
    /// on it).
    /// </summary>
    public string? Type { get; init; }

    /// <summary>For <c>memberOf</c>: a query of at most 2,000 characters, in ECS's cluster query language.</summary>
    public string? Expression { get; init; }
}

/// <summary>A wish for where a task goes, among the instances that can have it.</summary>
public sealed record PlacementStrategy
{
    /// <summary><c>binpack</c>, <c>spread</c> or <c>random</c>.</summary>
    public string? Type { get; init; }

    /// <summary>
    /// Of binpack <c>cpu</c> or <c>memory</c>; of spread <c>instanceId</c>, <c>host</c> or
    /// <c>attribute:&lt;name&gt;</c>.
    /// </summary>
    public string? Field { get; init; }
}

/// <summary>The full account of one search for a place: every instance is in it, as a number or by name.</summary>
public sealed record PlacementAccount
{
    /// <summary>How many instances the cluster had.</summary>
    public required int Considered { get; init; }

    /// <summary>What kept the task from instances, in the order in which it is looked at.</summary>
    public required IReadOnlyList<PlacementFilter> Filters { get; init; }

    /// <summary>How many instances could have had it.</summary>
    public required int Fitting { get; init; }

    /// <summary>The best of those, best first; the first is the choice.</summary>
    public IReadOnlyList<PlacementCandidate> Best { get; init; } = [];

    /// <summary>
    /// What decided between the first and the second: a strategy such as <c>binpack(memory)</c>, or <c>name</c>; null
    /// where there was no second.
    /// </summary>
    public string? TieBreak { get; init; }
}

/// <summary>One reason that kept a task from instances.</summary>
public sealed record PlacementFilter
{
    /// <summary>The reason, as ECS names it: <c>RESOURCE:CPU</c>, <c>AGENT</c>, ...</summary>
    public required string Reason { get; init; }

    /// <summary>How many instances fell by it; each falls by the first reason that holds.</summary>
    public required int Count { get; init; }

    /// <summary>The first of them by name, with numbers such as <c>needs 512, has 300</c>.</summary>
    public required IReadOnlyList<Failure> First { get; init; }
}

/// <summary>An instance that could have had a task.</summary>
public sealed record PlacementCandidate
{
    /// <summary>The instance.</summary>
    public required string ContainerInstanceArn { get; init; }

    /// <summary>What each strategy made of it, in their order; none where there is no strategy.</summary>
    public IReadOnlyList<PlacementScore> Scores { get; init; } = [];
}

/// <summary>What one strategy made of one instance.</summary>
/// <param name="Strategy">The strategy, such as <c>spread(attribute:zone)</c>.</param>
/// <param name="Score">The least is the best: what is left, how many are there, or how far from the draw.</param>
public sealed record PlacementScore(string Strategy, long Score);

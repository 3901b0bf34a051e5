using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Placement.Asking;

/// <summary>
/// What one task asks of its place. Many tasks ask for the same: they share all but <see cref="Seed"/>.
/// </summary>
public sealed record PlacementRequest
{
    /// <summary>What the task will hold.</summary>
    public required Reservation Needs { get; init; }

    /// <summary>The group it is counted in.</summary>
    public required string Group { get; init; }

    /// <summary>Its constraints and strategies.</summary>
    public PlacementRules Rules { get; init; } = PlacementRules.None;

    /// <summary>
    /// What <c>random</c> draws by: the same seed on the same cluster draws the same. A task's ARN is a good one.
    /// </summary>
    public string Seed { get; init; } = "";

    /// <summary>What a task of the log asked for, by its own words alone: so the past can be asked again.</summary>
    /// <exception cref="InvalidDataException">Its rules cannot be read; no such task is ever begun.</exception>
    public static PlacementRequest Of(TaskBegun task) =>
        TryCreate(
            task.Reserved,
            task.Group,
            (task.Constraints, task.Strategies),
            task.TaskArn,
            out var request,
            out var error)
            ? request
            : throw new InvalidDataException($"{task.TaskArn}: {error.Message}");

    /// <summary>Makes a request; else says which member of the command is wrong.</summary>
    public static bool TryCreate(
        Reservation needs,
        string group,
        (IReadOnlyList<PlacementConstraint>? Constraints, IReadOnlyList<PlacementStrategy>? Strategies) rules,
        string seed,
        [NotNullWhen(true)] out PlacementRequest? request,
        [NotNullWhen(false)] out CommandError? error)
    {
        request = PlacementRules.TryRead(rules.Constraints, rules.Strategies, out var read, out error)
            ? new PlacementRequest { Needs = needs, Group = group, Rules = read, Seed = seed }
            : null;
        return request is not null;
    }

    /// <summary>Where <c>random</c> begins among the instances by name: 0 to one less than their number.</summary>
    internal int Draw(int instances) => instances == 0 ? 0 : (int)(StableHash.Of(Seed) % (uint)instances);
}

using Ecs.Auditor.History;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.Explaining;

/// <summary>What a cluster refused of late for want of room.</summary>
/// <param name="Of">The cluster's ARN.</param>
/// <param name="What">All of it in a sentence.</param>
/// <param name="Refusals">The latest first.</param>
/// <param name="Machines">The machines' own names of the instances that are named here, by ARN.</param>
internal sealed record RefusalsExplanation(
    string Of,
    string What,
    IReadOnlyList<RefusalView> Refusals,
    IReadOnlyDictionary<string, string> Machines);

/// <summary>One refusal: no task was made.</summary>
internal sealed record RefusalView
{
    /// <summary>The position of the event.</summary>
    public required long Position { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who asked; null where nobody gave a name.</summary>
    public string? Actor { get; init; }

    /// <summary>The command.</summary>
    public HistoryCommand? Command { get; init; }

    /// <summary>What was to run.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>How many tasks found no place.</summary>
    public required int Count { get; init; }

    /// <summary>The group they would have been in.</summary>
    public required string Group { get; init; }

    /// <summary>
    /// The full account, wherever in the log it stands; null of refusals from before accounts were kept.
    /// </summary>
    public PlacementAccount? Account { get; init; }

    /// <summary>The position of the earlier refusal that has the account; null where it is this one's own.</summary>
    public long? AccountFrom { get; init; }

    /// <summary>What the caller was told, instance by instance; empty where it is as in an earlier refusal.</summary>
    public IReadOnlyList<Failure> Failures { get; init; } = [];
}

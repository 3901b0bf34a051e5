using Ecs.Auditor.History;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;

namespace Ecs.Auditor.Explaining;

/// <summary>
/// The chain of events that led a task to where it is: its own, those of its instance meanwhile, and those that made
/// room for it or took its instance away. Each says what happened and why. Pure.
/// </summary>
internal static class TaskChain
{
    /// <summary>Links that are told at most: of a longer chain the first and the last, half each.</summary>
    public const int MaxLinks = 40;

    /// <summary>The events that are links, in the order of the log; only they need their commands looked up.</summary>
    /// <param name="story">What the task's stream says.</param>
    /// <param name="beside">Events of other streams that belong to it.</param>
    public static ChainEvents Choose(TaskStory story, IReadOnlyList<StoredEvent> beside)
    {
        var all = Own(story).Concat(beside).OrderBy(e => e.Position).ToList();
        return all.Count <= MaxLinks
            ? new ChainEvents(all, 0)
            : new ChainEvents([.. all.Take(MaxLinks / 2), .. all.TakeLast(MaxLinks / 2)], all.Count - MaxLinks);
    }

    /// <summary>The links.</summary>
    /// <param name="story">What the task's stream says.</param>
    /// <param name="events">The events that were chosen.</param>
    /// <param name="causes">The commands behind them, by position.</param>
    public static IReadOnlyList<ChainLink> Of(
        TaskStory story, ChainEvents events, IReadOnlyDictionary<long, CausingCommand> causes) =>
        [.. events.Told.Select(e => Link(e, story, events.Told, causes.GetValueOrDefault(e.Position)))];

    // What only says how far a pull is, is none.
    private static IEnumerable<StoredEvent> Own(TaskStory story) => story.Stream.Where(e => e.Data switch
    {
        TaskProgressed progressed => progressed.PullStoppedAt is not null || progressed.Containers.Any(HasEnded),
        TaskBegun or TaskReported => true,
        _ => false,
    });

    /// <summary>Events of its instance that are links: whether it may be reached and is to be emptied.</summary>
    public static bool IsOfInstance(StoredEvent e) => e.Data is ContainerInstanceConnected
        or ContainerInstanceDisconnected or ContainerInstanceStateChanged or ContainerInstanceDeregistered;

    /// <summary>Whether an event may make room for a task that waits.</summary>
    public static bool MayMakeRoom(IEvent data) => data is TaskStopped or ContainerInstanceRegistered
        or ContainerInstanceConnected or ContainerInstanceStateChanged or ContainerInstanceAttributesChanged;

    private static ChainLink Link(
        StoredEvent e, TaskStory story, IReadOnlyList<StoredEvent> events, CausingCommand? cause)
    {
        var about = e.Stream == story.Task.Origin.TaskArn ? "" : $"{About(e.Stream)}: ";
        return new ChainLink
        {
            Position = e.Position,
            At = e.Data!.At,
            Of = e.Stream,
            Event = e.Name,
            What = about + Telling.Of(e),
            Because = Because(e, story, events, cause),
            Actor = e.Actor,
            Command = HistoryCommand.Of(cause),
        };
    }

    private static string About(string stream) =>
        $"{(stream.Contains(":task/", StringComparison.Ordinal) ? "task" : "instance")} {Words.Short(stream)}";

    private static string Because(
        StoredEvent e, TaskStory story, IReadOnlyList<StoredEvent> events, CausingCommand? cause)
    {
        var asked = Asked(e, cause);
        return e.Data switch
        {
            TaskQueued => $"{asked} and would wait for room",
            TaskPlaced placed when placed.Choice.Rule is TaskExplaining.Named => $"{asked} on this instance",
            TaskPlaced when story.Queued is null || e != story.Placed => asked,
            TaskPlaced when Before(e, events) is { Count: > 0 } others =>
                $"room came with position {Words.List(others.Select(other => Words.Of($"{other.Position}")))}",
            TaskPlaced => $"{asked}, which made room",
            TaskContainersRestarted => "its Agent starts it again by its restart policy",
            TaskStopping or TaskStopped when e == story.End => Ended(e, story, events, cause, asked),
            TaskStopped => "its Agent said that nothing of it runs any more",
            TaskReported => "its Agent said so",
            ContainerInstanceDisconnected => "its Agent was not heard for too long",
            ContainerInstanceConnected => "its Agent was heard again",
            _ => asked,
        };
    }

    private static string Ended(
        StoredEvent e, TaskStory story, IReadOnlyList<StoredEvent> events, CausingCommand? cause, string asked) =>
        cause?.Name switch
    {
        StopTask => asked,
        ObserveTime => "no room came for it in time",
        DeregisterInstance => "its instance was taken from the cluster by force"
            + (Before(e, events) is [var gone, ..] ? Words.Of($" at position {gone.Position}") : ""),
        _ => ContainerEnds.Of((TaskReported)e.Data!, story.Task.Origin),
    };

    // What the same command did to other things just before.
    private static List<StoredEvent> Before(StoredEvent e, IReadOnlyList<StoredEvent> events) =>
    [
        .. events.Where(other => other.Position < e.Position && other.Stream != e.Stream
            && other.Causation == e.Causation && other.LogTime == e.LogTime),
    ];

    private static string Asked(StoredEvent e, CausingCommand? cause)
    {
        var who = e.Actor is { } actor ? Words.Actor(actor) : "somebody";
        return cause is null
            ? $"{who} asked for it"
            : $"{who} asked for it with {cause.Name} (command {Words.Id(cause.Key.CommandId)})";
    }

    private static bool HasEnded(Contracts.Agents.ContainerObservation container) =>
        container.Status is LifecycleStatus.Stopped || container.Reason is not null;

    private const string StopTask = "stop-task";
    private const string ObserveTime = "observe-time";
    private const string DeregisterInstance = "deregister-container-instance";
}

/// <summary>The events of a chain that are told.</summary>
/// <param name="Told">All, or the first and the last.</param>
/// <param name="LeftOut">How many between them are not.</param>
internal sealed record ChainEvents(IReadOnlyList<StoredEvent> Told, int LeftOut);

/// <summary>One link of the chain that led a task to where it is.</summary>
internal sealed record ChainLink
{
    /// <summary>The event's place in the log.</summary>
    public required long Position { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The ARN of what it is about: the task, its instance, or whatever made room for it.</summary>
    public required string Of { get; init; }

    /// <summary>The event's stored name.</summary>
    public required string Event { get; init; }

    /// <summary>What happened, in a sentence.</summary>
    public required string What { get; init; }

    /// <summary>Why, as the rest of a sentence that begins with <c>because</c>.</summary>
    public required string Because { get; init; }

    /// <summary>Who caused it; null where nobody gave a name.</summary>
    public string? Actor { get; init; }

    /// <summary>The command that caused it.</summary>
    public HistoryCommand? Command { get; init; }
}

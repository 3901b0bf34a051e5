using Ecs.Auditor.History;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Explaining;

/// <summary>
/// Explains a task from its story and the state at the right moment. Pure: the same log gives the same explanation,
/// however late it is asked for.
/// </summary>
internal static class TaskExplaining
{
    /// <summary>The rule of a task whose instance the caller named.</summary>
    public const string Named = "named";

    /// <summary>
    /// The position whose state explains a task: the one in front of its placement, since the choice was made on what
    /// the events in front of it give; of a task that waits the newest; of one that gave up the last it waited on.
    /// </summary>
    public static long AsOf(TaskStory story, long head) => (story.Placed ?? story.Stopped) is { } decided
        ? decided.Position - 1
        : head;

    /// <summary>Explains a task.</summary>
    /// <param name="story">What its stream says.</param>
    /// <param name="state">The state at <paramref name="asOf"/>.</param>
    /// <param name="asOf">The position that <see cref="AsOf"/> gave.</param>
    /// <param name="causes">The commands behind the events of the story and the chain, by position.</param>
    /// <param name="chain">The events that led to it.</param>
    public static TaskExplanation Of(
        TaskStory story,
        FleetState state,
        long asOf,
        IReadOnlyDictionary<long, CausingCommand> causes,
        ChainEvents chain)
    {
        var cluster = state.Clusters[story.Task.Origin.ClusterArn];
        var placed = story.Placed?.Data as TaskPlaced;
        var account = placed?.Choice.Rule == Named ? null : Searching.Account(cluster, story.Task.Origin);
        var line = new WaitingTasks(state, cluster);
        var passed = placed is null || account is null ? [] : line.Before(story.Task.Origin.TaskArn);
        var explanation = new TaskExplanation
        {
            Of = story.Task.Origin.TaskArn,
            Outcome = placed is not null ? "placed" : story.Stopped is null ? "waiting" : "unplaced",
            What = "",
            Inconsistencies = Checking.Of(placed, account, passed.Count),
            Request = Request(story, causes),
            Wait = Wait(story, line),
            Placement = placed is null ? null : Place(story.Placed!, placed, line.Told(passed), causes),
            AsOf = account is null ? null : asOf,
            Account = account,
            Machines = Machines.Of(state, placed?.ContainerInstanceArn, account),
            Ending = Ending(story, causes),
            Chain = TaskChain.Of(story, chain, causes),
            ChainLeftOut = chain.LeftOut,
        };
        return explanation with { What = ExplainingWords.Summary(explanation) };
    }

    private static TaskRequest Request(TaskStory story, IReadOnlyDictionary<long, CausingCommand> causes)
    {
        var origin = story.Task.Origin;
        return new TaskRequest
        {
            Position = story.Began.Position,
            At = story.Task.CreatedAt,
            Actor = story.Began.Actor,
            Command = HistoryCommand.Of(causes.GetValueOrDefault(story.Began.Position)),
            TaskDefinitionArn = origin.TaskDefinitionArn,
            Group = origin.Group,
            StartedBy = origin.StartedBy,
            Needs = origin.Reserved,
            Constraints = origin.Constraints ?? [],
            Strategies = origin.Strategies ?? [],
        };
    }

    private static RoomWait? Wait(TaskStory story, WaitingTasks line)
    {
        if (story.Queued?.Data is not TaskQueued queued) return null;

        var wait = new RoomWait
        {
            Since = queued.At,
            Until = queued.WaitsUntil,
            Ended = (story.Placed ?? story.Stopped)?.Data?.At,
        };
        if (wait.Ended is not null) return wait;

        var ahead = line.Before(queued.TaskArn);
        return wait with { Ahead = ahead.Count, First = line.Told(ahead) };
    }

    private static PlaceFound Place(
        StoredEvent stored,
        TaskPlaced placed,
        IReadOnlyList<WaitingTask> passed,
        IReadOnlyDictionary<long, CausingCommand> causes) => new()
    {
        Position = stored.Position,
        At = placed.At,
        ContainerInstanceArn = placed.ContainerInstanceArn,
        Choice = placed.Choice,
        Actor = stored.Actor,
        Command = HistoryCommand.Of(causes.GetValueOrDefault(stored.Position)),
        Rules = causes.GetValueOrDefault(stored.Position)?.DeciderVersion,
        Passed = passed,
    };

    private static TaskEnding? Ending(TaskStory story, IReadOnlyDictionary<long, CausingCommand> causes)
    {
        if (story.End is not { } end) return null;

        var ending = new TaskEnding
        {
            Position = end.Position,
            At = end.Data!.At,
            StoppedAt = story.Task.StoppedAt,
            StopCode = story.Task.StopCode!.Value,
            Reason = story.Task.StoppedReason!,
            Actor = end.Actor,
            Command = HistoryCommand.Of(causes.GetValueOrDefault(end.Position)),
            What = "",
        };
        return ending with { What = ExplainingWords.End(ending, story.Task) };
    }
}

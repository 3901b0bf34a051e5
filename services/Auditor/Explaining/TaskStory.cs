using Ecs.Contracts.Events;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Explaining;

/// <summary>What a task's own stream says of its way to its place and to its end.</summary>
/// <param name="Task">The task as it is now.</param>
/// <param name="Queued">It found no room and waits from then on; null where it did not.</param>
/// <param name="Placed">It got its place; null where it has none.</param>
/// <param name="Stopping">It was to stop; null where it never was, or ended in one step.</param>
/// <param name="Stopped">It ended; null where it goes on.</param>
internal sealed record TaskStory(
    TaskState Task, StoredEvent? Queued, StoredEvent? Placed, StoredEvent? Stopping, StoredEvent? Stopped)
{
    /// <summary>All of its events.</summary>
    public required IReadOnlyList<StoredEvent> Stream { get; init; }

    /// <summary>The event that began it.</summary>
    public StoredEvent Began => Queued ?? Placed!;

    /// <summary>The event that decided its end; null where there is none.</summary>
    public StoredEvent? End => Stopping ?? Stopped;

    /// <summary>Where what must be known of it stands in the log.</summary>
    public IEnumerable<long> Positions =>
        new[] { Began, Placed, End }.Where(e => e is not null).Select(e => e!.Position);

    /// <summary>Reads the stream; null where it holds no beginning of a task.</summary>
    public static TaskStory? Read(IReadOnlyList<StoredEvent> stream)
    {
        var task = stream.Aggregate(
            (TaskState?)null, (state, e) => e.Data is { } data ? TaskState.Fold(state, data) : state);
        return task is null
            ? null
            : new TaskStory(task, Of<TaskQueued>(), Of<TaskPlaced>(), Of<TaskStopping>(), Of<TaskStopped>())
            {
                Stream = stream,
            };

        StoredEvent? Of<T>() => stream.FirstOrDefault(e => e.Data is T);
    }
}

using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Log;

namespace Ecs.Auditor.Explaining;

/// <summary>Reads the events of other streams that belong to the chain of a task.</summary>
internal sealed class ChainReading(EventLog log)
{
    /// <summary>Events of its instance that are looked at, the last ones.</summary>
    private const int MaxOfInstance = 200;

    /// <summary>
    /// Positions in front of an event where others of the same command are looked for: tasks of an instance that ended
    /// with it stand behind each other there.
    /// </summary>
    private const int MaxBefore = 1_000;

    /// <summary>Events of one command that may have made room, at most.</summary>
    private const int MaxCauses = 5;

    /// <summary>The events beside a task's own, each once.</summary>
    /// <param name="story">What the task's stream says.</param>
    /// <param name="head">The end of the log that is looked at.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<StoredEvent>> BesideAsync(TaskStory story, long head, CancellationToken ct)
    {
        var found = new Dictionary<long, StoredEvent>();
        if (story.Queued is not null && story.Placed is { } placed)
        {
            Keep(await CausesAsync(placed, TaskChain.MayMakeRoom, ct));
        }

        if (story.Stopped is { } stopped && stopped == story.End)
        {
            Keep(await CausesAsync(stopped, data => data is ContainerInstanceDeregistered, ct));
        }

        if (story.Placed?.Data is TaskPlaced place)
        {
            var until = story.Stopped?.Position ?? head + 1;
            var latest = await log.ReadLatestAsync(place.ContainerInstanceArn, MaxOfInstance, ct);
            Keep(latest.Where(e =>
                e.Position > story.Placed.Position && e.Position < until && TaskChain.IsOfInstance(e)));
        }

        return [.. found.Values];

        void Keep(IEnumerable<StoredEvent> events)
        {
            foreach (var e in events) found[e.Position] = e;
        }
    }

    /// <summary>What the command behind an event did to something else, in front of it.</summary>
    private async Task<IReadOnlyList<StoredEvent>> CausesAsync(
        StoredEvent of, Func<IEvent, bool> isCause, CancellationToken ct)
    {
        if (of.Causation is not { } causation) return [];

        var found = new List<StoredEvent>();
        var after = Math.Max(0, of.Position - 1 - MaxBefore);
        var filter = new LogFilter { Causations = [causation] };
        var scope = Arn.Parse(of.Stream).Scope;
        await foreach (var e in log.ReadAsync(after, of.Position - 1, filter, ct))
        {
            // Another account's command, or one of another commit, may have the same id.
            if (e.LogTime != of.LogTime || e.Stream == of.Stream || Arn.Parse(e.Stream).Scope != scope) continue;
            if (e.Data is { } data && isCause(data)) found.Add(e);
            if (found.Count == MaxCauses) break;
        }

        return found;
    }
}

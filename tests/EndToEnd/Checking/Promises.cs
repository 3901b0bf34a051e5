using Ecs.Contracts.Events;
using Ecs.EndToEnd.House;
using Ecs.Log;
using Ecs.Model.Fleet;

namespace Ecs.EndToEnd.Checking;

/// <summary>
/// Reads the whole log from PostgreSQL and what is there from Docker, past every service, and holds both against the
/// promises. It is asked after every scenario that broke something.
/// </summary>
internal static class Promises
{
    /// <summary>Every promise that a log and an engine can show.</summary>
    public static async Task HoldAsync(EcsStack stack)
    {
        var events = await ReadAsync(stack);
        Streams.AreGapless(events);
        TaskLives.NeverGoBack(events);
        Reservations.NeverExceedWhatIsThere(events);
        await ChainIsWholeAsync(stack);
        await ContainersAreThoseOfTheLogAsync(stack, events);
    }

    /// <summary>The whole log, in its order.</summary>
    public static async Task<IReadOnlyList<StoredEvent>> ReadAsync(EcsStack stack)
    {
        await using var log = new EventLog(stack.Backbone.LogConnection);
        var events = new List<StoredEvent>();
        await foreach (var e in log.ReadAsync(0, ct: TestContext.Current.CancellationToken)) events.Add(e);
        return events;
    }

    private static async Task ChainIsWholeAsync(EcsStack stack)
    {
        var report = await LogChain.VerifyAsync(stack.Backbone.LogConnection, TestContext.Current.CancellationToken);
        Assert.True(report.Fault is null, $"the chain is broken: {report.Fault}");
        Assert.True(report.Commits > 0, "the chain holds nothing");
    }

    /// <summary>
    /// P2 on the engine: one container per task and name, ever, started again only as often as the log says by its restart
    /// policy, and none where nothing is to run.
    /// </summary>
    private static async Task ContainersAreThoseOfTheLogAsync(EcsStack stack, IReadOnlyList<StoredEvent> events)
    {
        var tasks = TaskLives.Last(events);
        foreach (var ran in tasks.Values.Where(task => task.StartedAt is not null))
        {
            await stack.Starts.OfAsync(ran.Origin.TaskArn, atLeast: 1);
        }

        Assert.All(stack.Starts.All, start => Assert.True(
            start.Starts <= 1 + RestartsOf(tasks.GetValueOrDefault(start.Task), start.Container),
            $"{start.Task} {start.Container} was started {start.Starts} times, and the log has not so many restarts"));
        var containers = new List<TaskContainer>();
        foreach (var host in stack.Engines)
        {
            using var engine = new Engine(host);
            containers.AddRange(await engine.OfAccountAsync(stack.Account));
        }

        var names = containers.GroupBy(container => (container.TaskArn, container.Name));
        Assert.Empty(names.Where(same => same.Count() > 1).Select(same => same.Key));
        foreach (var container in containers)
        {
            Assert.True(tasks.TryGetValue(container.TaskArn, out var task), $"{container} is of no task in the log");
            Assert.False(container.IsRunning && task.IsStopped, $"{container} runs, its task is STOPPED");
        }
    }

    private static int RestartsOf(TaskState? task, string container) =>
        task?.Containers.GetValueOrDefault(container)?.Restart?.Count ?? 0;
}

/// <summary>What holds of every stream.</summary>
internal static class Streams
{
    /// <summary>Positions rise, and each stream's versions are 1, 2, 3 and so on without a gap.</summary>
    public static void AreGapless(IReadOnlyList<StoredEvent> events)
    {
        var versions = new Dictionary<string, long>();
        var position = 0L;
        foreach (var e in events)
        {
            Assert.True(e.Position > position, $"position {e.Position} after {position}");
            position = e.Position;
            var expected = versions.GetValueOrDefault(e.Stream) + 1;
            Assert.True(e.Version == expected, $"{e.Stream}: version {e.Version} where {expected} was to come");
            versions[e.Stream] = e.Version;
        }
    }
}

/// <summary>What holds of every task's life.</summary>
internal static class TaskLives
{
    /// <summary>Each task as its stream leaves it.</summary>
    public static IReadOnlyDictionary<string, TaskState> Last(IReadOnlyList<StoredEvent> events)
    {
        var tasks = new Dictionary<string, TaskState>();
        foreach (var e in events.Where(e => e.Data is TaskBegun or TaskReported))
        {
            tasks[e.Stream] = TaskState.Fold(tasks.GetValueOrDefault(e.Stream), e.Data!)!;
        }

        return tasks;
    }

    /// <summary>P2: a status never goes back, STOPPED is final, no container is ever another one.</summary>
    public static void NeverGoBack(IReadOnlyList<StoredEvent> events)
    {
        var ranks = new Dictionary<string, int>();
        var runtimeIds = new Dictionary<(string Task, string Container), string>();
        foreach (var e in events.Where(e => e.Data is TaskBegun or TaskReported))
        {
            var before = ranks.GetValueOrDefault(e.Stream, -1);
            var rank = Rank(e.Data!, before);
            Assert.True(before < Stopped, $"{e.Stream}: {e.Name} after STOPPED, at position {e.Position}");
            Assert.True(rank >= before, $"{e.Stream}: {e.Name} goes back, at position {e.Position}");
            Assert.True(e.Data is TaskBegun || e.Version > 1);
            ranks[e.Stream] = rank;
            foreach (var container in (e.Data as TaskReported)?.Containers ?? [])
            {
                if (container.RuntimeId is not { } id) continue;

                runtimeIds.TryAdd((e.Stream, container.Name), id);
                var first = runtimeIds[(e.Stream, container.Name)];
                Assert.True(first == id, $"{e.Stream}: {container.Name} was {first} and is {id}: it ran twice");
            }
        }
    }

    private const int Stopped = 4;

    private static int Rank(IEvent e, int before) => e switch
    {
        TaskBegun => 0,
        TaskProgressed => Math.Max(before, 1),
        TaskRunning => 2,
        TaskStopping => 3,
        TaskStopped => Stopped,
        _ => before,
    };
}

/// <summary>What holds of every instance at every position.</summary>
internal static class Reservations
{
    /// <summary>P7: never more reserved than there is, and no fixed port given out twice.</summary>
    public static void NeverExceedWhatIsThere(IReadOnlyList<StoredEvent> events)
    {
        var fleet = FleetState.Empty;
        foreach (var e in events.Where(e => e.Data is not null))
        {
            if (e.Data is TaskPlaced placed) PortsAreFree(fleet.FindInstance(placed.ContainerInstanceArn)!, placed);

            fleet = fleet.Apply(e.Data!);
            foreach (var instance in fleet.Instances)
            {
                var registered = instance.Profile.Resources;
                Assert.True(
                    instance.ReservedCpu <= registered.Cpu && instance.ReservedMemory <= registered.Memory
                    && instance.ReservedCpu >= 0 && instance.ReservedMemory >= 0,
                    $"position {e.Position}: {instance.Arn} has {registered.Cpu}/{registered.Memory}, "
                    + $"reserved are {instance.ReservedCpu}/{instance.ReservedMemory}");
            }
        }
    }

    private static void PortsAreFree(InstanceState instance, TaskPlaced placed)
    {
        var taken = instance.ReservedPorts.Union(instance.Profile.Resources.Ports);
        var takenUdp = instance.ReservedPortsUdp.Union(instance.Profile.Resources.PortsUdp);
        Assert.Empty(taken.Intersect(placed.Reserved.Ports));
        Assert.Empty(takenUdp.Intersect(placed.Reserved.PortsUdp));
    }
}

using Ecs.Agent.Reporting;
using Ecs.Agent.Running;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Tracing;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Assigning;

/// <summary>Takes assignments over from the bus and hands them to the tasks' loops.</summary>
internal sealed class AssignmentDesk(
    string instanceArn, TaskLoops loops, Action<TaskObservation> report, TaskWorld world)
{
    /// <summary>How long a message waits for the journal, and others behind it.</summary>
    public static readonly TimeSpan KeepTime = TimeSpan.FromSeconds(5);

    private readonly Lock _writing = new();
    private AssignmentBook _book = new();

    /// <summary>
    /// Goes on with the tasks that the journal knows. Ends that the Scheduler has not acknowledged are told at once:
    /// before those that are seen now, which came later.
    /// </summary>
    public void Resume(IEnumerable<TaskState> tasks)
    {
        foreach (var task in tasks.Select(UntilListed))
        {
            Change(book => book.Remember(task.TaskArn, new BookEntry(task.Number)
            {
                IsAssigned = task.Desired >= Desired.Running,
                IsStopped = task.Desired >= Desired.Stopped,
            }));
            if (task.Status == LifecycleStatus.Stopped) Tell(task);
            loops.Begin(task).Hint(new Began(world.Now));
        }
    }

    /// <summary>
    /// A task as it is resumed: what may still have to be made waits for a list that names it, and what was made goes
    /// on at once. For a power cut, or a disk that is set back, may bring back a file of a task that has run since.
    /// </summary>
    internal static TaskState UntilListed(TaskState task) =>
        task.Desired == Desired.Running && task.Containers.Any(c => c is { RuntimeId: null, Failure: null })
            ? task with { Desired = Desired.Unassigned }
            : task;

    /// <summary>
    /// Looks after a task that Docker has containers of, and that no loop has. Of one that is over they came late,
    /// and go again; what becomes of one that nobody has told of the next list tells.
    /// </summary>
    public void Adopt(string taskArn, IReadOnlyList<ContainerState> containers)
    {
        var isOver = false;
        Change(book =>
        {
            isOver = book.Tasks.TryGetValue(taskArn, out var entry) && entry.IsOver;
            return book.Tasks.ContainsKey(taskArn) ? book : book.Remember(taskArn, new BookEntry(0));
        });
        var state = isOver ? "is over" : "is not assigned";
        world.Log.LogInformation("Docker has containers of {Task}, which {Is}.", taskArn, state);
        var loop = loops.Begin(TaskMachine.Unknown(taskArn) with { Containers = containers });
        loop.Hint(new Began(world.Now));
        if (isOver) loop.Hint(new StopAsked(world.Now, 0));
    }

    /// <summary>
    /// Takes a message over; what it asks for is in the journal when this returns, or waits longer than
    /// <see cref="KeepTime"/> for its disk, which then holds no other message: lists say it again.
    /// </summary>
    public async Task AcceptAsync(Assignments message, CancellationToken ct)
    {
        if (message.ContainerInstanceArn != instanceArn)
        {
            world.Log.LogError(
                "Assignments for {Other} came to {Instance}.", message.ContainerInstanceArn, instanceArn);
            return;
        }

        IReadOnlyList<Order> orders = [];
        Change(book =>
        {
            if (book.Overtaken(message))
            {
                world.Log.LogInformation(
                    "Dropped: {What} of position {Number}, which the full list of position {List} has overtaken.",
                    message.IsFullList ? "a full list" : "assignments", message.Number, book.List);
            }

            (book, orders) = book.Accept(message);
            return book;
        });
        try
        {
            await Task.WhenAll(orders.Select(order => CarryOutAsync(order, ct))).WaitAsync(KeepTime, world.Clock, ct);
        }
        catch (TimeoutException)
        {
            world.Log.LogWarning("Assignments of position {Number} are not in the journal yet.", message.Number);
        }

        if (message.IsFullList) Remind(message);
    }

    /// <summary>The Scheduler knows the task as STOPPED, or not at all: its containers must go.</summary>
    public void Stop(string taskArn)
    {
        if (loops.Find(taskArn) is { State.Desired: < Desired.Stopped })
        {
            world.Log.LogWarning("The Scheduler knows {Task} as ended, or not at all: it is stopped here.", taskArn);
        }

        Change(book => book.Tasks.TryGetValue(taskArn, out var entry)
            ? book.Remember(taskArn, entry with { IsStopped = true })
            : book);
        loops.Find(taskArn)?.Pass(new StopAsked(world.Now, 0));
    }

    /// <summary>
    /// Tells of every task whose end the Scheduler has not acknowledged, by when it happened: what is told first may be
    /// on its way before the next is.
    /// </summary>
    public void TellAll()
    {
        var owed = loops.All.Select(loop => loop.State).Where(task => !task.Acknowledged);
        var levels = owed.Select(task => Observations.Of(task, world.Now)).OrderBy(ReportLine.HappenedAt).ToList();
        foreach (var level in levels) report(level);
    }

    /// <summary>A task is over: nothing is left of it, and nothing is owed.</summary>
    public void Forget(TaskState task)
    {
        loops.Drop(task.TaskArn);
        Change(book => book.Forget(task.TaskArn));
    }

    // A list names no task whose end the log knows: either it is older than the answer that acknowledged the end, or
    // the log has lost it, restored from a backup. Told once more it changes nothing in the one case, and mends the
    // other.
    private void Remind(Assignments list)
    {
        var ended = list.Tasks.Select(task => loops.Find(task.TaskArn)?.State)
            .Where(task => task is { Status: LifecycleStatus.Stopped, Acknowledged: true });
        foreach (var task in ended) report(Observations.Of(task!, world.Now));
    }

    private async Task StartAsync(TaskAssignment assignment, CancellationToken ct)
    {
        using var span = Spans.BeginOf(assignment.CorrelationId, "take over", assignment.TaskArn);
        await loops.Begin(TaskMachine.Unknown(assignment.TaskArn)).PostAsync(new Assigned(world.Now, assignment), ct);
    }

    private Task CarryOutAsync(Order order, CancellationToken ct) => order switch
    {
        Order.Start start => StartAsync(start.Assignment, ct),
        Order.Stop stop => loops.Begin(TaskMachine.Unknown(stop.TaskArn))
            .PostAsync(new StopAsked(world.Now, stop.Number), ct),
        Order.Tell tell => TellAsync(tell.TaskArn),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "no such order"),
    };

    private Task TellAsync(string taskArn)
    {
        if (loops.Find(taskArn) is { } loop) Tell(loop.State);
        return Task.CompletedTask;
    }

    private void Tell(TaskState task)
    {
        if (!task.Acknowledged) report(Observations.Of(task, world.Now));
    }

    private void Change(Func<AssignmentBook, AssignmentBook> change)
    {
        lock (_writing)
        {
            _book = change(_book);
        }
    }
}

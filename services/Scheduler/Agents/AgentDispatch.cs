using System.Collections.Frozen;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;
using Ecs.Scheduler.Definitions;

namespace Ecs.Scheduler.Agents;

/// <summary>
/// The Agents' work, told from the log: the relay hands over what was written, so a placement that was committed
/// reaches its Agent even if this process dies in between. Agents take the same word twice as once.
/// </summary>
internal sealed class AgentDispatch(
    DefinitionBook definitions, IAgentSender agents, TimeProvider time, ILogger<AgentDispatch> log)
{
    /// <summary>
    /// How long a batch waits for one Agent's queue; then the others' next work goes ahead of it, and the Agent's full
    /// list says what it was not told.
    /// </summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The pause before a queue that refused is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The events that tell an Agent something; the facts of all others are left as they were read.</summary>
    private static readonly FrozenSet<string> Telling = EventTypes.All
        .Where(known => known.Value == typeof(TaskPlaced)
            || known.Value == typeof(TaskStopping)
            || known.Value == typeof(ContainerInstanceDeregistered))
        .Select(known => known.Key).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Sends what a batch of stored events means for Agents, in the log's order per Agent.</summary>
    /// <param name="batch">The events, by position.</param>
    /// <param name="fleet">The state, at least as new as the batch.</param>
    /// <param name="token">Ends the sending; the relay will hand the batch over again.</param>
    public async Task SendAsync(IReadOnlyList<RawEvent> batch, FleetState fleet, CancellationToken token)
    {
        var work = new List<(string Instance, TaskAssignment Task)>();
        var left = new List<string>();
        foreach (var stored in batch.Where(stored => Telling.Contains(stored.Name)))
        {
            switch (stored.ToStored().Data)
            {
                case TaskPlaced placed:
                    work.Add((placed.ContainerInstanceArn, await StartAsync(placed, stored, token)));
                    break;
                case TaskStopping { StopCode: StopCode.UserInitiated } stopping
                    when fleet.Tasks.TryGetValue(stopping.TaskArn, out var task)
                        && task.ContainerInstanceArn is { } instance:
                    work.Add((instance, Stop(stopping.TaskArn, stored.Position)));
                    break;
                case ContainerInstanceDeregistered gone:
                    work.AddRange(gone.Tasks.Select(
                        task => (gone.ContainerInstanceArn, Stop(task, stored.Position))));
                    left.Add(gone.ContainerInstanceArn);
                    break;
            }
        }

        // To all Agents at once: a confirm waits for the disk of its queue, and each Agent has its own.
        await Task.WhenAll(work.GroupBy(w => w.Instance, StringComparer.Ordinal).Select(own =>
        {
            var session = fleet.FindInstance(own.Key)?.Profile.Session;
            return TryAsync(own.Key, ct => SendAsync(own.Key, session, own.Select(w => w.Task), ct), token);
        }));
        await Task.WhenAll(left.Where(arn => fleet.FindInstance(arn) is { Status: InstanceStatus.Inactive }).Select(
            arn => TryAsync(arn, ct => agents.ForgetAsync(Arn.Parse(arn).Name, ct), token)));
    }

    /// <summary>All that is assigned to an instance, as of one state.</summary>
    public async Task<Assignments> FullListAsync(
        InstanceState instance, Published<FleetState> published, CancellationToken token)
    {
        var tasks = new List<TaskAssignment>();
        foreach (var task in instance.Tasks.Select(arn => published.State.Tasks[arn]))
        {
            var assignment = task.DesiredStatus == DesiredStatus.Running
                ? (await StartAsync(task.Origin, published.Position, null, token)) with
                {
                    RuntimeIds = Known(task),
                    MayHaveRun = task.MayHaveRun ? true : null,
                    StoppedContainers = Stopped(task),
                }
                : Stop(task.Origin.TaskArn, published.Position);
            tasks.Add(assignment with { Executions = task.Executions.IsEmpty ? null : [.. task.Executions.Keys] });
        }

        return new Assignments
        {
            ContainerInstanceArn = instance.Arn,
            Number = published.Position,
            IsFullList = true,
            Session = instance.Profile.Session,
            RestoredFrom = published.State.Clusters[instance.ClusterArn].RestoredFrom,
            Tasks = tasks,
        };
    }

    // A queue without a majority confirms nothing, and one that somebody declared otherwise refuses for good.
    private async Task TryAsync(string instance, Func<CancellationToken, Task> tell, CancellationToken token)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(token, patience.Token);
        var why = "it did not answer";
        try
        {
            while (true)
            {
                try
                {
                    await tell(limited.Token).WaitAsync(limited.Token);
                    return;
                }
                catch (Exception fault) when (PassingFaults.IsPassing(fault))
                {
                    why = fault.Message;
                }

                await Task.Delay(Pause, time, limited.Token);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !token.IsCancellationRequested)
        {
            log.LogError("The queue of {Instance} is passed over after {Time}: {Why}", instance, Patience, why);
        }
    }

    private async Task SendAsync(
        string instance, long? session, IEnumerable<TaskAssignment> tasks, CancellationToken token)
    {
        foreach (var chunk in tasks.Chunk(Assignments.MaxTasks))
        {
            await agents.SendAsync(Arn.Parse(instance).Name, Message(instance, session, chunk), token);
        }
    }

    private Task<TaskAssignment> StartAsync(TaskPlaced placed, RawEvent stored, CancellationToken token) =>
        StartAsync(placed, stored.Position, stored.Correlation, token);

    private async Task<TaskAssignment> StartAsync(
        TaskBegun placed, long number, string? correlation, CancellationToken token)
    {
        var revision = await definitions.RevisionAsync(placed.TaskDefinitionArn, token);
        if (!Overriding.TryApply(revision.Content, placed.Overrides, out var content, out var misfit))
        {
            throw new InvalidOperationException(
                $"{placed.TaskArn} was placed with overrides that do not fit its definition: {misfit.Message}");
        }

        return new TaskAssignment
        {
            TaskArn = placed.TaskArn,
            Number = number,
            DesiredStatus = DesiredStatus.Running,
            Family = Arn.Parse(FamilyStream.Of(placed.TaskDefinitionArn)).Name,
            Revision = revision.Number,
            Containers = content.ContainerDefinitions,
            Settings = Requirements.SettingsOf(content),
            CorrelationId = correlation,
        };
    }

    private static Dictionary<string, string>? Known(TaskState task)
    {
        var known = task.Containers.Values.Where(c => c.RuntimeId is not null)
            .ToDictionary(c => c.Name, c => c.RuntimeId!, StringComparer.Ordinal);
        return known.Count > 0 ? known : null;
    }

    private static List<ContainerObservation>? Stopped(TaskState task)
    {
        var stopped = task.Containers.Values.Where(c => c.Status == LifecycleStatus.Stopped).ToList();
        return stopped.Count > 0 ? stopped : null;
    }

    private static TaskAssignment Stop(string taskArn, long number) =>
        new() { TaskArn = taskArn, Number = number, DesiredStatus = DesiredStatus.Stopped };

    private static Assignments Message(string instance, long? session, TaskAssignment[] tasks) => new()
    {
        ContainerInstanceArn = instance,
        Number = tasks.Max(task => task.Number),
        IsFullList = false,
        Session = session,
        Tasks = tasks,
    };
}

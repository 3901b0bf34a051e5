using System.Collections.Concurrent;
using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>
/// A double of the Scheduler and the bus between: it assigns what tests want, remembers what it is told, can be away.
/// It outlives the Agents of its test.
/// </summary>
internal sealed class SchedulerDouble : ICommandSender, IAgentEndpoint, IHeartbeats
{
    private readonly ConcurrentDictionary<string, TaskAssignment> _assigned = new();
    private readonly ConcurrentDictionary<string, byte> _over = new();
    private Func<Assignments, CancellationToken, Task>? _agent;
    private string _instance = "";
    private long _position = 100;
    private long? _restoredFrom;

    public ConcurrentQueue<TaskObservation> Told { get; } = new();

    public ConcurrentQueue<RegisterContainerInstance> Registrations { get; } = new();

    public ConcurrentQueue<Heartbeat> Beats { get; } = new();

    /// <summary>While it is away no command is answered.</summary>
    public bool IsAway { get; set; }

    /// <summary>A refusal of registrations; null accepts them.</summary>
    public CommandError? Refusal { get; set; }

    /// <summary>A refusal of full lists; null gives them.</summary>
    public CommandError? ListRefusal { get; set; }

    /// <summary>What asking for a full list ends with; null answers.</summary>
    public Exception? ListFault { get; set; }

    /// <summary>The session that the log knows: the newest registration's, unless a test says otherwise.</summary>
    public long? Session { get; set; }

    /// <summary>Whether an Agent takes messages.</summary>
    public bool IsHeard => _agent is not null;

    public string InstanceArn => _instance;

    public Task<string> RunAsync(params ContainerDefinition[] containers) => RunAsync(new TaskSettings(), containers);

    public async Task<string> RunAsync(TaskSettings settings, params ContainerDefinition[] containers)
    {
        var task = Arn.Task(Scope.Default, "agent-tests", Guid.NewGuid().ToString("N")).ToString();
        var assignment = new TaskAssignment
        {
            TaskArn = task,
            Number = Interlocked.Increment(ref _position),
            DesiredStatus = DesiredStatus.Running,
            Family = "agent-test",
            Revision = 3,
            Containers = containers,
            Settings = settings,
        };
        _assigned[task] = assignment;
        await SendAsync(assignment);
        return task;
    }

    public async Task StopAsync(string task)
    {
        var stop = new TaskAssignment
        {
            TaskArn = task,
            Number = Interlocked.Increment(ref _position),
            DesiredStatus = DesiredStatus.Stopped,
        };
        _assigned[task] = stop;
        await SendAsync(stop);
    }

    /// <summary>The log knows Docker's id of a container of the task.</summary>
    public void Know(string task, string container, string runtimeId) => _assigned[task] = _assigned[task] with
    {
        RuntimeIds = new Dictionary<string, string> { [container] = runtimeId },
    };

    /// <summary>The log has a container of the task as STOPPED, while the task goes on.</summary>
    public void Know(string task, ContainerObservation stopped) =>
        _assigned[task] = _assigned[task] with { StoppedContainers = [stopped] };

    /// <summary>Sends the Agent a message by hand; whether it took it.</summary>
    public async Task<bool> HandAsync(Assignments message)
    {
        try
        {
            await _agent!(message, CancellationToken.None).WaitAsync(AgentFixture.Patience);
            return true;
        }
        catch (NotLeadingException)
        {
            return false;
        }
    }

    /// <summary>The full list as it is now.</summary>
    public Assignments List() => new()
    {
        ContainerInstanceArn = _instance,
        Number = Interlocked.Read(ref _position),
        IsFullList = true,
        Session = Session,
        RestoredFrom = _restoredFrom,
        Tasks = [.. _assigned.Values],
    };

    /// <summary>The log was restored, and goes on with positions that were given out before.</summary>
    public void GoBack() => Interlocked.Add(ref _position, -50);

    /// <summary>The log was restored to when it knew of no container of the task, and of no end.</summary>
    public void Restore(string task, params ContainerDefinition[] containers)
    {
        _restoredFrom = Interlocked.Add(ref _position, 1_000);
        _assigned[task] = new TaskAssignment
        {
            TaskArn = task,
            Number = _restoredFrom.Value,
            DesiredStatus = DesiredStatus.Running,
            Family = "agent-test",
            Revision = 3,
            Containers = containers,
            MayHaveRun = true,
        };
    }

    /// <summary>The log knows the task as STOPPED, whatever the Agent believes.</summary>
    public void Lose(string task)
    {
        _assigned.TryRemove(task, out _);
        _over[task] = 0;
    }

    public async Task<TaskObservation> WaitAsync(string task, LifecycleStatus status)
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (DateTime.UtcNow < deadline)
        {
            if (Told.LastOrDefault(o => o.TaskArn == task) is { } told && told.Status >= status) return told;

            await Task.Delay(5);
        }

        var seen = string.Join(", ", Told.Where(o => o.TaskArn == task).Select(o => o.Status));
        throw new TimeoutException($"the task is not {status}; told were: {seen}");
    }

    public async Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
    {
        var deadline = DateTime.UtcNow + timeout;
        while (IsAway)
        {
            if (DateTime.UtcNow > deadline) throw new TimeoutException("the double is away");

            await Task.Delay(20, ct);
        }

        return command switch
        {
            RegisterContainerInstance register => Register(register),
            GetAssignments when ListFault is { } fault => throw fault,
            GetAssignments when ListRefusal is { } refusal => new Answer { Error = refusal },
            GetAssignments => Result(List()),
            SubmitTaskStates report => Take(report),
            _ => throw new ArgumentException(command.GetType().Name),
        };
    }

    public Task<IAsyncDisposable> ListenAsync(
        string instanceId, Func<Assignments, CancellationToken, Task> handle, CancellationToken ct)
    {
        _agent = handle;
        return Task.FromResult<IAsyncDisposable>(new Listening(this));
    }

    public Task SendAsync(Heartbeat beat, CancellationToken ct)
    {
        Beats.Enqueue(beat);
        return Task.CompletedTask;
    }

    public Task<IAsyncDisposable> ListenAsync(Action<Heartbeat> heard, CancellationToken ct) =>
        throw new NotSupportedException();

    private static Answer Result<T>(T result) =>
        new() { Result = JsonSerializer.SerializeToElement(result, EcsJson.Options) };

    private async Task SendAsync(TaskAssignment assignment)
    {
        if (_agent is not { } agent || IsAway) return;

        // An Agent that ends meanwhile does not answer.
        await agent(new Assignments
        {
            ContainerInstanceArn = _instance,
            Number = assignment.Number,
            IsFullList = false,
            Session = Session,
            Tasks = [assignment],
        }, CancellationToken.None).WaitAsync(AgentFixture.Patience);
    }

    private Answer Register(RegisterContainerInstance register)
    {
        Registrations.Enqueue(register);
        if (Refusal is { } refusal) return new Answer { Error = refusal };

        Session = register.Session;
        _instance = Arn.ContainerInstance(Scope.Default, register.Cluster!, register.InstanceId!).ToString();
        return new Answer();
    }

    private Answer Take(SubmitTaskStates report)
    {
        foreach (var observation in report.Tasks!)
        {
            Told.Enqueue(observation);
            if (observation.Status == LifecycleStatus.Stopped) _assigned.TryRemove(observation.TaskArn, out _);
        }

        return Result(new SubmitTaskStatesResult([.. report.Tasks!.Select(t => t.TaskArn).Where(_over.ContainsKey)]));
    }

    private sealed class Listening(SchedulerDouble owner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            owner._agent = null;
            return ValueTask.CompletedTask;
        }
    }
}

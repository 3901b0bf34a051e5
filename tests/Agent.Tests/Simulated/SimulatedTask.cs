using System.Text.Json;
using Ecs.Agent.Docker;
using Ecs.Agent.Running;
using Ecs.Agent.Tasks;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using TaskState = Ecs.Agent.Tasks.TaskState;
using TaskStep = Ecs.Agent.Tasks.Step;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Simulated;

/// <summary>
/// The real machine of one task among doubles of everything else: work may end in any order, fail before or after its
/// effect, and be lost with the Agent's process at any moment.
/// </summary>
internal sealed class SimulatedTask(Choices choices, SimulatedDocker docker)
{
    private readonly List<Effect> _work = [];
    private readonly Queue<TaskEvent> _arriving = new();
    private byte[]? _journal;
    private TaskEvent? _told;
    private TaskState _state = TaskMachine.Unknown(Some.Task(1));

    public TaskState State => _state;

    /// <summary>What happens by itself once the faults are over: called before each quiet round.</summary>
    public Action Quiet { get; init; } = static () => { };

    public List<TaskObservation> Reports { get; } = [];

    /// <summary>Events that are on their way, in this order.</summary>
    public void Arrive(TaskEvent happened) => _arriving.Enqueue(happened);

    /// <summary>Lets things happen while there are choices, and then to the end without faults.</summary>
    public void Run()
    {
        while (choices.AreLeft) Happen();

        for (var quiet = 0; quiet < 6; quiet++)
        {
            Quiet();
            while (_arriving.Count > 0) Hear();
            while (_work.Count > 0) Finish(0, fault: 0);
            Sweep();
        }
    }

    private void Happen()
    {
        switch (choices.Among(8))
        {
            case 0 when _arriving.Count > 0:
                Hear();
                break;
            case 1 when docker.Containers.Any():
                var victim = docker.Containers.ElementAt(choices.Among(docker.Containers.Count()));
                Die(victim, isHeard: choices.Among(2) == 0);
                break;
            case 2:
                Sweep();
                break;
            case 3:
                Crash();
                break;
            default:
                if (_work.Count > 0) Finish(choices.Among(_work.Count), fault: choices.Among(6));
                break;
        }
    }

    private void Hear() => Step(_told = _arriving.Dequeue());

    private void Step(TaskEvent happened)
    {
        var before = _state;
        (_state, var effects) = TaskMachine.Step(before, happened);
        Assert.True(_state.Desired >= before.Desired);
        Assert.True(_state.Status >= before.Status);
        foreach (var effect in effects)
        {
            if (effect is Effect.Save && choices.AreLeft && choices.Among(8) == 1)
            {
                Crash(); // While the disk is waited for: what came before it was begun.
                return;
            }

            Do(effect);
        }
    }

    private void Do(Effect effect)
    {
        switch (effect)
        {
            case Effect.Save or Effect.SaveSoon:
                _journal = JsonSerializer.SerializeToUtf8Bytes(_state, EcsJson.Options);
                break;
            case Effect.Report report:
                Reports.Add(report.Observation);
                break;
            case Effect.Abandon abandon:
                _work.RemoveAll(w => w is Effect.Begin b && b.Container == abandon.Container);
                break;
            case Effect.Begin or Effect.Discover:
                // A look, and a creation, may be begun while the disk is waited for.
                Assert.True(
                    _journal is not null || effect is Effect.Begin { Step: TaskStep.Create or TaskStep.Inspect }, $"{effect} is begun unkept");
                _work.Add(effect);
                break;
            default:
                break;
        }
    }

    private void Finish(int index, int fault)
    {
        var effect = _work[index];
        _work.RemoveAt(index);
        if (effect is Effect.Discover)
        {
            Step(fault == 1 ? new NotDiscovered(Some.Time) : new Discovered(Some.Time, []));
            return;
        }

        var begin = (Effect.Begin)effect;
        var container = _state.Find(begin.Container)!;
        Outcome outcome = fault switch
        {
            1 => new Outcome.Unreachable(),
            2 => AndThen(new Outcome.Unreachable()),
            3 => AndThen(new Outcome.TimedOut("DockerTimeoutError: Could not transition")),
            _ => docker.Do(container, begin.Step),
        };
        Step(new Stepped(Some.Time, begin.Container, begin.Step, outcome));

        Outcome AndThen(Outcome told)
        {
            docker.Do(container, begin.Step);
            return told;
        }
    }

    private void Die(SimulatedDocker.Container container, bool isHeard)
    {
        if (container.Observed != Observed.Running) return;

        container.End(1);
        if (isHeard && _state.Containers.FirstOrDefault(c => c.DockerName == container.Name) is { } own)
        {
            Step(new Changed(Some.Time, own.Name, 1));
        }
    }

    private void Sweep()
    {
        foreach (var container in _state.Containers)
        {
            Step(new Swept(
                Some.Time, container.Name, docker.See(container.DockerName), docker.HealthOf(container.DockerName)));
            while (!choices.AreLeft && _work.Count > 0) Finish(0, fault: 0);
        }
    }

    private static ContainerState Found(SimulatedDocker.Container container) => StepWork.Found(new SeenContainer
    {
        TaskArn = Some.Task(1),
        Name = container.Name.Split('-')[3],
        DockerName = container.Name,
        RuntimeId = container.Name,
        Image = "busybox:1",
        Observed = container.Observed,
    });

    // What was under way in Docker may still be done, or not; what was in memory is gone. What was told last is told
    // again: nobody had acknowledged it, or a full list says it.
    private void Crash()
    {
        foreach (var begin in _work.OfType<Effect.Begin>().Where(_ => choices.Among(2) == 0).ToList())
        {
            docker.Do(_state.Find(begin.Container)!, begin.Step);
        }

        _work.Clear();
        if (_journal is null) Forget();
        else Restore();
        Step(new Began(Some.Time));
        if (_told is not null) Step(_told);
    }

    private void Restore()
    {
        var reported = Reports.Count > 0 ? Reports[^1].Status : LifecycleStatus.Pending;
        _state = JsonSerializer.Deserialize<TaskState>(_journal, EcsJson.Options)!.Restored();
        Assert.True(_state.Status >= reported || reported < LifecycleStatus.Stopped);
    }

    // What was made is found in Docker.
    private void Forget() =>
        _state = TaskMachine.Unknown(Some.Task(1)) with { Containers = [.. docker.Containers.Select(Found)] };
}

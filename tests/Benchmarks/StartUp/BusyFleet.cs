using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model.Fleet;

namespace Ecs.Benchmarks.StartUp;

/// <summary>
/// The life of a cluster of 1,000 instances as its log has it: tasks are placed, run and stop, some 10,000 of them at
/// any time, and days go by, so that those that have stopped leave the working state.
/// </summary>
internal sealed class BusyFleet
{
    private const int Instances = 1_000;
    private const int Living = 10_000;

    /// <summary>From one event to the next: a million of them take ten days.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(864);

    private static readonly string Cluster = Arn.Cluster(Scope.Default, "default").ToString();

    private readonly Queue<(string Task, int Stage)> _lives = new();
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private int _instances;
    private int _tasks;
    private bool _hasCluster;

    public FleetState State { get; private set; } = FleetState.Empty;

    /// <summary>The next so many events as one command after another leads to them, applied to the state.</summary>
    public IReadOnlyList<DecidedCommand> Next(string service, int events) =>
        [.. Enumerable.Range(0, events).Select(_ => Decided(service, NextEvent()))];

    private IEvent NextEvent()
    {
        _now += Step;
        if (!_hasCluster)
        {
            _hasCluster = true;
            return new ClusterCreated(Cluster, "default", _now);
        }

        if (_instances < Instances) return Registered(++_instances);
        if (_lives.Count < Living) return Begin();

        // Each life in turn moves one step on: placed, running, stopping, stopped, and then the next begins.
        var (task, stage) = _lives.Dequeue();
        if (stage == 3) return Begin();

        _lives.Enqueue((task, stage + 1));
        return Reported(task, stage);
    }

    private TaskPlaced Begin()
    {
        var number = ++_tasks;
        var id = number.ToString("x32");
        var task = Arn.Task(Scope.Default, "default", id).ToString();
        _lives.Enqueue((task, 0));
        return new TaskPlaced
        {
            TaskArn = task,
            ClusterArn = Cluster,
            ContainerInstanceArn = Instance(1 + (number % Instances)),
            TaskDefinitionArn = Arn.TaskDefinition(Scope.Default, "web", 7).ToString(),
            DefinitionDigest = CanonicalJson.Digest(7),
            Group = "family:web",
            Overrides = new TaskOverrides(),
            Reserved = new Reservation { Cpu = 100, Memory = 128 },
            Containers =
            [
                new PlacedContainer
                {
                    ContainerArn = $"arn:aws:ecs:us-east-1:000000000000:container/default/{id}/web",
                    Name = "web",
                    Image = "example/web:1.0",
                    Essential = true,
                    Cpu = 100,
                    Memory = 128,
                },
            ],
            Choice = new PlacementChoice { Rule = "first-fit", Considered = Instances },
            At = _now,
        };
    }

    private TaskReported Reported(string task, int stage)
    {
        var status = stage switch { 0 => LifecycleStatus.Running, _ => LifecycleStatus.Stopped };
        ContainerObservation[] seen =
        [
            new()
            {
                Name = "web",
                Status = status,
                RuntimeId = CanonicalJson.Digest(task),
                ExitCode = stage == 0 ? null : 0,
                StartedAt = _now,
            },
        ];
        return stage switch
        {
            0 => new TaskRunning { TaskArn = task, Containers = seen, StartedAt = _now, At = _now },
            1 => new TaskStopping
            {
                TaskArn = task,
                Containers = seen,
                StopCode = StopCode.EssentialContainerExited,
                Reason = "Essential container in task exited",
                At = _now,
            },
            _ => new TaskStopped
            {
                TaskArn = task,
                StopCode = StopCode.EssentialContainerExited,
                Reason = "Essential container in task exited",
                ExecutionStoppedAt = _now,
                At = _now,
            },
        };
    }

    private ContainerInstanceRegistered Registered(int number) => new()
    {
        ContainerInstanceArn = Instance(number),
        ClusterArn = Cluster,
        Profile = new InstanceProfile
        {
            Session = 1,
            Hostname = $"machine-{number}",
            Resources = new InstanceResources { Cpu = 16_384, Memory = 65_536, Ports = [22, 2375, 2376] },
            Attributes = [new NameValue("ecs.os-type", "linux"), new NameValue("ecs.cpu-architecture", "x86_64")],
            VersionInfo = new VersionInfo { AgentVersion = "0.1.0", DockerVersion = "DockerVersion: 28.0.0" },
        },
        At = _now,
    };

    private static string Instance(int number) =>
        Arn.ContainerInstance(Scope.Default, "default", number.ToString("x32")).ToString();

    private DecidedCommand Decided(string service, IEvent e)
    {
        var version = State.VersionOf(e.Stream) + 1;
        State = State.Apply(e);
        var id = $"{e.Stream}:{version}";
        var text = CommandText.Canonical(e, e.GetType());
        var command = new ObserveTime { CommandId = id };
        return new DecidedCommand(
            new CommandKey(service, Scope.DefaultAccount, Scope.DefaultRegion, id),
            "observe-time",
            IsRoutine: true,
            CommandText.Canonical(command, typeof(ObserveTime)),
            CommandText.DigestOf(command),
            Resolved: null,
            e.At,
            Actor: "bench",
            Correlation: id,
            "bench-1",
            [new DecidedEvent(e, e.Stream, version, EventTypes.NameOf(e), text)],
            CommandText.Canonical(new Answer { CommandId = id }, typeof(Answer)));
    }
}

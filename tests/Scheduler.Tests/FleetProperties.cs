using CsCheck;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;

namespace Ecs.Scheduler.Tests;

/// <summary>
/// What holds after any commands and reports in any order: the promises P2, P6 and P7 of the pure core.
/// </summary>
public class FleetProperties
{
    private const int Instances = 3;

    private enum Act
    {
        Run,
        Wait,
        Start,
        Stop,
        Report,
        Reconnect,
        Silence,
        Drain,
        Deregister,
        Attribute,
        Time,
    }

    private static readonly Gen<(Act Act, int A, int B)[]> Histories =
        Gen.Select(Gen.Enum<Act>(), Gen.Int[0, 99], Gen.Int[0, 99]).Array[0, 60];

    [Fact]
    public void At_no_moment_is_more_reserved_than_an_instance_has() => Histories.Sample(history =>
    {
        var fleet = new Fleet();
        foreach (var step in history)
        {
            Play(fleet, step);
            foreach (var instance in fleet.State.Instances)
            {
                var held = fleet.State.Tasks.Values
                    .Where(t => !t.IsStopped && t.ContainerInstanceArn == instance.Arn)
                    .Select(t => t.Origin.Reserved)
                    .ToList();
                var ports = held.SelectMany(r => r.Ports).ToList();
                Assert.Equal(held.Sum(r => r.Cpu), instance.ReservedCpu);
                Assert.Equal(held.Sum(r => r.Memory), instance.ReservedMemory);
                Assert.True(instance.FreeCpu >= 0 && instance.FreeMemory >= 0);
                Assert.Equal(ports.Count, ports.Distinct().Count());
                Assert.Equal(ports.Order(), instance.ReservedPorts.AsEnumerable());
            }
        }
    });

    [Fact]
    public void A_status_never_falls_and_nothing_follows_stopped() => Histories.Sample(history =>
    {
        var fleet = new Fleet();
        var before = new Dictionary<string, LifecycleStatus>();
        foreach (var step in history)
        {
            Play(fleet, step);
            foreach (var task in fleet.State.Tasks.Values)
            {
                Assert.True(task.LastStatus >= before.GetValueOrDefault(task.Origin.TaskArn));
                before[task.Origin.TaskArn] = task.LastStatus;
            }
        }

        foreach (var stream in fleet.Log.GroupBy(e => e.Stream))
        {
            Assert.DoesNotContain(stream.SkipLast(1), e => e is TaskStopped);
        }
    });

    [Fact]
    public void The_same_log_folds_to_the_same_state_and_versions_are_the_number_of_events() => Histories.Sample(history =>
    {
        var fleet = new Fleet();
        foreach (var step in history) Play(fleet, step);

        var folded = fleet.Log.Aggregate(FleetState.Empty, (state, e) => state.Apply(e));
        foreach (var stream in fleet.Log.GroupBy(e => e.Stream))
        {
            Assert.Equal(stream.Count(), folded.VersionOf(stream.Key));
            Assert.Equal(fleet.State.VersionOf(stream.Key), folded.VersionOf(stream.Key));
        }
    });

    [Fact]
    public void Counts_are_those_of_the_tasks() => Histories.Sample(history =>
    {
        var fleet = new Fleet();
        foreach (var step in history) Play(fleet, step);

        foreach (var cluster in fleet.State.Clusters.Values)
        {
            var tasks = cluster.Tasks.Values.ToList();
            Assert.Equal(tasks.Count(t => t.Waiting is not null), cluster.Waiting.Count);
            Assert.Equal(cluster.Waiting.Count > 0, fleet.State.Waiting.Contains(cluster.Arn));
            Assert.Equal(tasks.Count(t => t.IsRunning), cluster.RunningTasks);
            Assert.Equal(tasks.Count(t => t.IsPending), cluster.PendingTasks);
            Assert.Equal(tasks.Count(t => !t.IsStopped), cluster.UnstoppedTasks);
        }
    });

    [Fact]
    public void No_task_waits_that_could_be_placed() => Histories.Sample(history =>
    {
        var fleet = new Fleet();
        foreach (var step in history)
        {
            Play(fleet, step);
            foreach (var cluster in fleet.State.Clusters.Values)
            {
                Assert.All(cluster.Waiting.ByArrival.Values, arn => Assert.Null(
                    fleet.Placer.Choose(cluster, PlacementRequest.Of(fleet.State.Tasks[arn].Origin))));
            }
        }
    });

    [Fact]
    public void New_tasks_are_only_placed_on_active_instances_whose_agent_is_heard() => Histories.Sample(history =>
    {
        var fleet = new Fleet();
        foreach (var step in history)
        {
            var state = fleet.State;
            Play(fleet, step);
            if (step.Act is not (Act.Run or Act.Wait or Act.Start)) continue;

            Assert.All(fleet.Last.Events.OfType<TaskPlaced>(), placed =>
            {
                var instance = state.FindInstance(placed.ContainerInstanceArn);
                Assert.True(instance is null or { Status: InstanceStatus.Active, AgentConnected: true });
            });
        }
    });

    [Fact]
    public void A_report_that_is_repeated_changes_nothing() => Histories.Sample(history =>
    {
        var fleet = new Fleet();
        foreach (var step in history)
        {
            if (step.Act != Act.Report || Report(fleet, step) is not { } report) Play(fleet, step);
            else
            {
                fleet.When(report);
                Assert.Empty(fleet.When(report).Events);
            }
        }
    });

    private static void Play(Fleet fleet, (Act Act, int A, int B) step)
    {
        if (fleet.Log.Count == 0)
        {
            for (var i = 1; i <= Instances; i++) fleet.Instance(i, cpu: 1024, memory: 2048);
        }

        var known = fleet.State.Instances.Select(i => i.Arn).Concat(fleet.State.Deregistered.Keys);
        var instance = known.Order(StringComparer.Ordinal).ElementAt(step.A % Instances);
        switch (step.Act)
        {
            case Act.Run:
                var port = step.B % 4 == 0 ? 0 : 8000 + (step.B % 4);
                fleet.When(
                    new RunTask { TaskDefinition = "web", Count = 1 + (step.A % 4) },
                    Fleet.Web(cpu: 64 + (step.B * 4), memory: 128 + (step.A * 8), hostPort: port));
                break;
            case Act.Wait:
                fleet.When(
                    new RunTask { TaskDefinition = "web", Count = 1 + (step.B % 2), WaitForCapacity = 1 + step.A },
                    Fleet.Web(cpu: 128 + (step.A * 8), memory: 128, hostPort: step.B % 3 == 0 ? 8001 : 0));
                break;
            case Act.Start:
                fleet.When(new StartTask { TaskDefinition = "web", ContainerInstances = [instance] });
                break;
            case Act.Drain:
                fleet.When(new UpdateContainerInstancesState
                {
                    ContainerInstances = [instance],
                    Status = step.B % 2 == 0 ? "DRAINING" : "ACTIVE",
                });
                break;
            case Act.Deregister:
                fleet.When(new DeregisterContainerInstance { ContainerInstance = instance, Force = step.B % 2 == 0 });
                break;
            case Act.Attribute:
                fleet.When(new PutAttributes
                {
                    Attributes = [new() { Name = "zone", Value = $"z{step.B % 2}", TargetId = instance }],
                });
                break;
            case Act.Time:
                fleet.Now += TimeSpan.FromSeconds(step.B);
                fleet.When(new ObserveTime());
                break;
            case Act.Stop when Pick(fleet, step.B) is { } task:
                fleet.When(new StopTask { Task = task.Origin.TaskArn });
                break;
            case Act.Report when Report(fleet, step) is { } report:
                fleet.When(report);
                break;
            case Act.Reconnect:
                var number = 1 + (step.A % Instances);
                fleet.When(Fleet.Register(number, 1024, 2048, session: 1 + (step.B % 5)));
                break;
            case Act.Silence:
                fleet.When(new ObserveAgents { Silent = [instance] });
                break;
        }
    }

    private static SubmitTaskStates? Report(Fleet fleet, (Act Act, int A, int B) step) =>
        Pick(fleet, step.B) is { ContainerInstanceArn: { } instance } task
            ? fleet.Report(
                instance,
                task.Origin.TaskArn,
                (LifecycleStatus)(1 + (step.A % 4)),
                step.A % 4 >= 2 ? step.B % 3 : null)
            : null;

    private static TaskState? Pick(Fleet fleet, int number)
    {
        var tasks = fleet.Log.OfType<TaskBegun>().DistinctBy(e => e.TaskArn).ToList();
        return tasks.Count == 0 ? null : fleet.State.Tasks.GetValueOrDefault(tasks[number % tasks.Count].TaskArn);
    }
}

using CsCheck;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Simulated;

public sealed class TaskProperties
{
    private static readonly Gen<int[]> Chance = Gen.Int[0, 59].Array[0, 60];

    private static readonly ContainerDefinition[] Containers =
    [
        Some.Container("web", "db"), Some.Container("db"), Some.Container("side") with { Essential = false },
    ];

    private static Assigned Start => new(Some.Time, Some.Start(1, 10, Containers));

    private static StopAsked Stop => new(Some.Time, 20);

    private static (SimulatedTask Task, SimulatedDocker Docker) Run(int[] chance, params TaskEvent[] events)
    {
        var docker = new SimulatedDocker(hasImage: chance.Length % 2 == 0);
        var task = new SimulatedTask(new Choices(chance), docker);
        foreach (var happened in events) task.Arrive(happened);
        task.Run();
        return (task, docker);
    }

    [Fact]
    public void Given_any_faults_crashes_and_order_when_a_task_is_assigned_then_nothing_is_made_or_started_twice() =>
        Chance.Sample(chance =>
        {
            var (task, docker) = Run(chance, Start, Start);

            Assert.All(docker.Creations.Values, count => Assert.Equal(1, count));
            Assert.All(docker.Containers, container => Assert.True(container.Starts <= 1));
            Assert.Contains(task.State.Status, new[] { LifecycleStatus.Running, LifecycleStatus.Stopped });
            Assert.Equal(task.State.Status, task.Reports[^1].Status);
        }, iter: 20_000);

    [Fact]
    public void Given_any_faults_crashes_and_order_when_a_task_is_stopped_then_it_ends_stopped_and_nothing_runs() =>
        Chance.Sample(chance =>
        {
            var (task, docker) = Run(chance, Start, Stop, Start, Stop);

            Assert.Equal(LifecycleStatus.Stopped, task.State.Status);
            Assert.DoesNotContain(docker.Containers, container => container.Observed == Observed.Running);
            Assert.Equal(LifecycleStatus.Stopped, task.Reports[^1].Status);
            Assert.Single(task.Reports, report => report.Status == LifecycleStatus.Stopped);
        }, iter: 20_000);

    [Fact]
    public void Given_any_faults_crashes_and_order_when_the_stop_comes_first_then_nothing_is_ever_made() =>
        Chance.Sample(chance =>
        {
            var (task, docker) = Run(chance, Stop, Start);

            Assert.Empty(docker.Creations);
            Assert.Equal(LifecycleStatus.Stopped, task.State.Status);
        }, iter: 5_000);

    [Fact]
    public void Given_any_faults_crashes_and_order_when_containers_depend_on_others_then_none_is_made_before_its_time() =>
        Chance.Sample(chance =>
        {
            var docker = new SimulatedDocker(hasImage: chance.Length % 2 == 0);
            docker.Creating = made => AssertMayBeMade(docker, made);
            var task = new SimulatedTask(new Choices(chance), docker) { Quiet = () => LiveOn(docker) };
            task.Arrive(new Assigned(Some.Time, Some.Start(1, 10, Dependent)));
            if (chance.Length % 3 == 0) task.Arrive(Stop);
            task.Run();

            Assert.Contains(task.State.Status, new[] { LifecycleStatus.Running, LifecycleStatus.Stopped });
            Assert.Equal(task.State.Status, task.Reports[^1].Status);
            Assert.All(docker.Creations.Values, count => Assert.Equal(1, count));
            if (task.State.Status == LifecycleStatus.Stopped)
            {
                Assert.DoesNotContain(docker.Containers, container => container.Observed == Observed.Running);
            }
        }, iter: 10_000);

    private static readonly ContainerDefinition[] Dependent =
    [
        Needing("app", ("job", "SUCCESS"), ("db", "HEALTHY")),
        Needing("job", ("db", "START")) with { Essential = false },
        Some.Container("db") with { HealthCheck = new() { Command = ["CMD", "true"] } },
        Needing("late", ("job", "COMPLETE"), ("app", "START")) with { Essential = false },
    ];

    private static ContainerDefinition Needing(string name, params (string Name, string Condition)[] others) =>
        Some.Container(name) with
        {
            DependsOn = [.. others.Select(o => new ContainerDependency { ContainerName = o.Name, Condition = o.Condition })],
        };

    private static void AssertMayBeMade(SimulatedDocker docker, ContainerState made)
    {
        foreach (var needed in made.Definition.DependsOn ?? [])
        {
            var other = docker.Containers.FirstOrDefault(c => c.Name.Contains($"-{needed.ContainerName}-"));
            Assert.True(other?.Starts == 1, $"{made.Name} is made before {needed.ContainerName} has run");
            if (needed.Condition is "COMPLETE" or "SUCCESS") Assert.Equal(Observed.Ended, other!.Observed);
            if (needed.Condition is "SUCCESS") Assert.Equal(0, other!.ExitCode);
            if (needed.Condition is "HEALTHY") Assert.Equal(ContainerHealth.Healthy, other!.Health);
        }
    }

    // Jobs end well and checks pass.
    private static void LiveOn(SimulatedDocker docker)
    {
        foreach (var container in docker.Containers)
        {
            if (container.Name.Contains("-job-")) container.End(0);
            if (container.Name.Contains("-db-")) container.Health = ContainerHealth.Healthy;
        }
    }

    [Fact]
    public void Given_no_deaths_and_no_timeouts_when_a_task_is_assigned_then_it_runs_whatever_else_failed() =>
        Chance.Select(chance => chance.Where(c => c % 8 != 1 && c % 6 != 3).ToArray()).Sample(chance =>
        {
            var (task, docker) = Run(chance, Start);
            // The same numbers may have meant other choices.
            if (docker.Containers.Any(c => c.Observed == Observed.Ended)) return;

            Assert.Equal(LifecycleStatus.Running, task.State.Status);
            Assert.NotNull(task.Reports[^1].StartedAt);
            Assert.Equal(3, docker.Containers.Count(c => c.Observed == Observed.Running));
        }, iter: 5_000);
}

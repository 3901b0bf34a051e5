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

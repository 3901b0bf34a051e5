using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Tasks;

public sealed class DependencyTests
{
    private static readonly ContainerDefinition Check =
        Some.Container("db") with { HealthCheck = new HealthCheck { Command = ["CMD", "true"] } };

    private static ContainerDefinition App(string condition) => Needing("app", "db", condition);

    private static ContainerDefinition Needing(string name, string other, string condition) =>
        Some.Container(name) with { DependsOn = [new() { ContainerName = other, Condition = condition }] };

    private static ContainerDefinition Job => Some.Container("db") with { Essential = false };

    private static Outcome.Found Running(ContainerHealth? health) => new(new ContainerFacts
    {
        RuntimeId = "id-db",
        Observed = Observed.Running,
        Health = health,
        StartedAt = Some.Time,
    });

    private static Spec Healthy(Spec spec, ContainerHealth health) =>
        spec.When(at => new Changed(at, "db", null)).When("db", Step.Inspect, Running(health));

    [Fact]
    public void Given_START_when_the_other_runs_then_the_container_is_begun_and_not_before()
    {
        var spec = new Spec(App("START"), Some.Container("db"));
        Assert.Equal(["Create db"], spec.Begun);
        Assert.Equal(["Start db"], spec.Created("db").Begun);
        Assert.Equal(["Create app"], spec.Started("db").Begun);
        Assert.Equal(["Start app"], spec.Created("app").Begun);
    }

    [Fact]
    public void Given_START_when_the_other_has_run_and_ended_then_the_container_is_begun() =>
        Assert.Contains("Create app", new Spec(App("START"), Job).Runs("db").Begun);

    [Fact]
    public void Given_START_when_the_other_can_never_run_then_the_task_ends_with_a_dependency_error()
    {
        var spec = new Spec(App("START") with { Essential = false }, Job, Some.Container("main")).Runs("main")
            .When("db", Step.Create, new Outcome.Refused("CannotCreateContainerError: no"));

        Assert.Equal(StopCode.TaskFailedToStart, spec.State.StopCode);
        Assert.Equal(
            "TaskDependencyError: Container app depends on db being START: db has never run.",
            spec.State.Find("app")!.Failure);
        Assert.Contains("Stop main", spec.Begun);
    }

    [Theory]
    [InlineData("COMPLETE", 0, true)]
    [InlineData("COMPLETE", 3, true)]
    [InlineData("SUCCESS", 0, true)]
    [InlineData("SUCCESS", 3, false)]
    public void Given_an_end_when_it_has_come_then_its_exit_code_decides(string condition, int exitCode, bool begins)
    {
        var spec = new Spec(App(condition), Job).Runs("db");
        Assert.Empty(spec.Begun);

        spec.Ends("db", exitCode);

        if (begins)
        {
            Assert.Equal(["Create app"], spec.Begun);
            return;
        }

        Assert.Equal((LifecycleStatus.Stopped, StopCode.TaskFailedToStart), (spec.State.Status, spec.State.StopCode));
        Assert.Equal("Task failed to start", spec.Reports[^1].Reason);
        Assert.Equal(
            "TaskDependencyError: Container app depends on db being SUCCESS: db ended with exit code 3.",
            spec.Reports[^1].Containers[0].Reason);
    }

    [Fact]
    public void Given_HEALTHY_when_the_check_passes_then_the_container_is_begun_and_its_pull_has_waited_too()
    {
        var spec = new Spec(App("HEALTHY"), Check).Runs("db");
        Assert.Empty(spec.Begun);
        Assert.Empty(Healthy(spec, ContainerHealth.Unknown).Begun);
        Assert.Empty(Healthy(spec, ContainerHealth.Unhealthy).Begun);
        Assert.Equal(["Create app"], Healthy(spec, ContainerHealth.Healthy).Begun);
        Assert.Equal(["Pull app"], spec.When("app", Step.Create, new Outcome.ImageMissing()).Begun);
    }

    [Fact]
    public void Given_HEALTHY_when_the_other_falls_ill_after_the_container_was_begun_then_that_goes_on()
    {
        var spec = Healthy(new Spec(App("HEALTHY"), Check).Runs("db"), ContainerHealth.Healthy).Created("app");
        Healthy(spec, ContainerHealth.Unhealthy).Started("app");

        Assert.Equal(LifecycleStatus.Running, spec.State.Status);
        Assert.Equal(ContainerHealth.Unhealthy, spec.Reports[^1].Containers[1].Health);
    }

    [Fact]
    public void Given_HEALTHY_when_the_other_ends_before_then_the_task_ends()
    {
        var spec = new Spec(App("HEALTHY"), Check with { Essential = false }).Runs("db").Ends("db", 0);

        Assert.EndsWith("db ended before it was healthy.", spec.State.Find("app")!.Failure);
    }

    [Fact]
    public void Given_a_start_timeout_when_it_is_over_then_the_task_ends_and_what_runs_is_stopped()
    {
        var spec = new Spec(App("HEALTHY"), Check with { StartTimeout = 30 });
        Assert.DoesNotContain(spec.Effects, e => e is Effect.AwaitTimeout);
        var due = spec.Runs("db").State.Find("db")!.StartedAt!.Value.AddSeconds(30);
        Assert.Equal(due, Assert.Single(spec.Effects.OfType<Effect.AwaitTimeout>()).At);

        Assert.Single(spec.When(_ => new TimePassed(due.AddTicks(-1))).Effects.OfType<Effect.AwaitTimeout>());
        Assert.Equal(["Stop db"], spec.When(_ => new TimePassed(due)).Begun);
        Assert.Equal(
            "TaskDependencyError: Container app depends on db being HEALTHY: db was not within 30 s of its start.",
            spec.State.Find("app")!.Failure);
    }

    [Fact]
    public void Given_a_start_timeout_when_the_agent_restarts_then_it_is_awaited_again()
    {
        var spec = new Spec(App("HEALTHY"), Check with { StartTimeout = 30 }).Runs("db").Restarted()
            .When("db", Step.Inspect, Running(ContainerHealth.Unknown));
        Assert.Empty(spec.Effects.OfType<Effect.AwaitTimeout>());

        spec.When("app", Step.Inspect, new Outcome.Missing());

        Assert.Equal(Some.Time.AddSeconds(30), Assert.Single(spec.Effects.OfType<Effect.AwaitTimeout>()).At);
    }

    [Fact]
    public void Given_a_start_timeout_when_only_the_start_is_asked_then_it_does_not_apply()
    {
        var spec = new Spec(App("START"), Some.Container("db") with { StartTimeout = 1 }).Created("db");
        spec.When(at => new TimePassed(at.AddHours(1))).Started("db");

        Assert.Empty(spec.Effects.OfType<Effect.AwaitTimeout>());
        Assert.Equal(["Create app"], spec.Begun);
    }

    [Fact]
    public void Given_dependencies_when_the_task_stops_then_they_go_in_reverse()
    {
        var spec = new Spec(
            App("HEALTHY"), Check, Needing("proxy", "app", "START") with { Essential = false }).Runs("db");
        Healthy(spec, ContainerHealth.Healthy).Runs("app").Runs("proxy").StopAsked();
        Assert.Equal(["Stop proxy"], spec.Begun);
        Stopped("proxy");
        Assert.Equal(["Stop app"], spec.Begun);
        Stopped("app");
        Assert.Equal(["Stop db"], spec.Begun);

        void Stopped(string name) =>
            spec.When(name, Step.Stop, new Outcome.Finished()).When(name, Step.Inspect, spec.Ended(name, 0));
    }

    [Fact]
    public void Given_a_stop_while_a_container_waits_then_it_is_never_begun()
    {
        var spec = new Spec(App("HEALTHY"), Check).Runs("db").StopAsked();
        Assert.Equal(["Stop db"], spec.Begun);
        spec.When("db", Step.Stop, new Outcome.Finished()).When("db", Step.Inspect, spec.Ended("db", 0));

        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        Assert.Null(spec.Reports[^1].Containers[0].Reason);
    }

    [Theory]
    [InlineData("ghost")]
    [InlineData("app")]
    public void Given_a_dependency_that_cannot_be_when_the_task_is_assigned_then_it_fails_and_makes_nothing(string other)
    {
        var spec = new Spec(Needing("app", other, "START") with { Essential = false }, Some.Container("main"));

        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        Assert.Empty(spec.Begun);
        Assert.StartsWith("TaskDependencyError: ", spec.Reports[^1].Containers[0].Reason);
    }

    [Fact]
    public void Given_an_image_with_a_check_of_its_own_when_the_definition_has_none_then_no_health_is_told()
    {
        var spec = Healthy(new Spec(Some.Container("db")).Runs("db"), ContainerHealth.Unhealthy);

        Assert.Null(spec.Reports[^1].Containers[0].Health);
    }

    [Fact]
    public void Given_a_sweep_that_sees_another_health_then_the_container_is_looked_at()
    {
        var spec = new Spec(Check).Runs("db").When(at => new Swept(at, "db", Observed.Running, ContainerHealth.Unknown));
        Assert.Empty(spec.Begun);

        spec.When(at => new Swept(at, "db", Observed.Running, ContainerHealth.Unhealthy));
        Assert.Equal(["Inspect db"], spec.Begun);
        spec.When("db", Step.Inspect, Running(ContainerHealth.Unhealthy));
        Assert.Equal((LifecycleStatus.Running, ContainerHealth.Unhealthy),
            (spec.Reports[^1].Status, spec.Reports[^1].Containers[0].Health));
    }

    [Fact]
    public void Given_a_healthy_container_when_it_ends_then_its_last_health_stands()
    {
        var spec = Healthy(new Spec(Check).Runs("db"), ContainerHealth.Healthy).Ends("db", 1);

        Assert.Equal(ContainerHealth.Healthy, spec.Reports[^1].Containers[0].Health);
    }
}

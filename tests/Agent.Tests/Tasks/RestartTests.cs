using Ecs.Agent.Tasks;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Tasks;

public sealed class RestartTests
{
    private static readonly ContainerDefinition Web = Some.Container("web");

    private static Outcome.Found Found(Observed observed, int? exitCode = null) => new(new ContainerFacts
    {
        RuntimeId = "id-web",
        Observed = observed,
        ExitCode = exitCode,
        StartedAt = observed == Observed.Created ? null : Some.Time,
        StoppedAt = observed == Observed.Ended ? Some.Time : null,
    });

    [Fact]
    public void Given_a_running_task_when_the_agent_restarts_then_it_looks_and_reports_nothing_lost()
    {
        var spec = new Spec(Web).Runs("web").Restarted();
        Assert.Equal(["Inspect web"], spec.Begun);
        spec.Reports.Clear();

        spec.When("web", Step.Inspect, Found(Observed.Running));
        Assert.Empty(spec.Reports);
        Assert.Empty(spec.Begun);
    }

    [Fact]
    public void Given_a_lost_journal_and_a_half_made_task_when_a_list_assigns_it_then_it_is_not_told_as_running_before_all_of_it_runs()
    {
        var spec = Spec.Adopted("db").When("db", Step.Inspect, FoundDb(ContainerHealth.Unknown));
        Assert.Equal((LifecycleStatus.Running, LifecycleStatus.Pending), (spec.StatusOf("db"), spec.State.Status));

        spec.When(at => new Assigned(at, Some.Start(1, 10, App, Db)));
        Assert.Equal((LifecycleStatus.Pending, null), (spec.State.Status, spec.State.StartedAt));
        spec.When(at => new Changed(at, "db", null)).When("db", Step.Inspect, FoundDb(ContainerHealth.Healthy));
        Assert.Equal(["Create app"], spec.Begun);
        Assert.All(spec.Reports, told => Assert.Equal((LifecycleStatus.Pending, null), (told.Status, told.StartedAt)));

        spec.When("app", Step.Create, new Outcome.Refused("CannotCreateContainerError: no"));
        Assert.Equal(StopCode.TaskFailedToStart, spec.State.StopCode);
    }

    [Fact]
    public void Given_a_lost_journal_and_a_task_that_runs_when_a_list_assigns_it_then_it_is_told_as_running()
    {
        var spec = Spec.Adopted("web").When("web", Step.Inspect, Found(Observed.Running));
        Assert.Equal((LifecycleStatus.Pending, null), (spec.State.Status, spec.State.StartedAt));

        spec.When(at => new Assigned(at, Some.Start(1, 10, Web)));

        Assert.Equal((LifecycleStatus.Running, Some.Time), (spec.Reports[^1].Status, spec.Reports[^1].StartedAt));
    }

    [Fact]
    public void Given_a_lost_journal_and_a_half_made_task_when_it_is_to_stop_then_it_is_not_told_to_have_started()
    {
        var spec = Spec.Adopted("db").When("db", Step.Inspect, FoundDb(ContainerHealth.Unknown)).StopAsked()
            .When("db", Step.Stop, new Outcome.Finished()).When("db", Step.Inspect, new Spec().Ended("db", 0));

        Assert.Equal((LifecycleStatus.Stopped, null), (spec.Reports[^1].Status, spec.Reports[^1].StartedAt));
        Assert.Equal(Some.Time, spec.Reports[^1].Containers[0].StartedAt);
    }

    private static ContainerDefinition Db { get; } =
        Some.Container("db") with { HealthCheck = new() { Command = ["CMD", "true"] } };

    private static ContainerDefinition App { get; } =
        Some.Container("app") with { DependsOn = [new() { ContainerName = "db", Condition = "HEALTHY" }] };

    private static Outcome.Found FoundDb(ContainerHealth health) => new(new ContainerFacts
    {
        RuntimeId = "id-db",
        Observed = Observed.Running,
        Health = health,
        StartedAt = Some.Time,
    });

    [Fact]
    public void Given_a_container_that_ended_meanwhile_when_the_agent_restarts_then_its_exit_code_is_told()
    {
        var spec = new Spec(Web).Runs("web").Restarted().When("web", Step.Inspect, Found(Observed.Ended, 9));

        Assert.Equal(LifecycleStatus.Stopped, spec.Reports[^1].Status);
        Assert.Equal(9, spec.Reports[^1].Containers[0].ExitCode);
    }

    [Fact]
    public void Given_a_crash_between_create_and_start_when_the_agent_restarts_then_the_container_is_started()
    {
        var spec = new Spec(Web).Restarted().When("web", Step.Inspect, Found(Observed.Created));

        Assert.Equal(["Start web"], spec.Begun);
    }

    [Fact]
    public void Given_a_crash_before_create_when_the_agent_restarts_then_the_container_is_created()
    {
        var spec = new Spec(Web).Restarted().When("web", Step.Inspect, new Outcome.Missing());

        Assert.Equal(["Create web"], spec.Begun);
    }

    [Theory]
    [InlineData("id-web", false, Reasons.Vanished, false)]
    [InlineData("id-web", false, Reasons.Vanished, true)]
    [InlineData(null, true, Reasons.MayHaveRun, false)]
    [InlineData(null, true, Reasons.MayHaveRun, true)]
    public void Given_a_journal_that_is_older_than_the_log_when_a_list_names_what_was_made_then_it_is_looked_for_and_not_made(
        string? id, bool mayHaveRun, string reason, bool isListFirst)
    {
        var spec = new Spec(Web).Resumed();
        Assert.Equal(["Inspect web"], spec.Begun);
        if (!isListFirst) spec.When("web", Step.Inspect, new Outcome.Missing());

        spec.When(at => new Assigned(at, Some.Start(1, 10, Web) with
        {
            RuntimeIds = id is null ? null : new Dictionary<string, string> { ["web"] = id },
            MayHaveRun = mayHaveRun,
        }));

        Assert.Equal(isListFirst ? [] : ["Inspect web"], spec.Begun);
        spec.When("web", Step.Inspect, new Outcome.Missing());
        Assert.Empty(spec.Begun);
        Assert.Equal((LifecycleStatus.Stopped, reason), (spec.State.Status, spec.Reports[^1].Containers[0].Reason));
    }

    [Fact]
    public void Given_a_journal_that_is_older_than_the_log_when_what_was_made_is_there_then_it_is_looked_after()
    {
        var spec = new Spec(Web).Resumed().When("web", Step.Inspect, new Outcome.Missing())
            .When(at => new Assigned(at, Some.Start(1, 10, Web) with
            {
                RuntimeIds = new Dictionary<string, string> { ["web"] = "id-web" },
            }))
            .When("web", Step.Inspect, Found(Observed.Running));

        Assert.Empty(spec.Begun);
        Assert.Equal(LifecycleStatus.Running, spec.State.Status);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, Observed.Created)] // It was made late, or the id was not told.
    [InlineData("id-b", null)]
    [InlineData("id-b", Observed.Created)]
    [InlineData("id-b", Observed.Ended)] // By its policy it would run once more.
    internal void Given_a_lost_journal_when_the_log_has_a_container_as_stopped_then_it_is_neither_made_nor_started_and_told_as_it_was(
        string? id, Observed? seen)
    {
        var b = Some.Container("b") with { Essential = false, RestartPolicy = new() { Enabled = true, RestartAttemptPeriod = 0 } };
        var stopped = Stopped("b") with { RuntimeId = id, Reason = "CannotStartContainerError: no" };
        var spec = seen is { } there ? Spec.Adopted("web", "b").When("b", Step.Inspect, FoundB(there)) : Spec.Adopted("web");
        spec.When("web", Step.Inspect, Found(Observed.Running));

        spec.When(at => new Assigned(at, Some.Start(1, 10, Web, b) with { StoppedContainers = [stopped] }));

        Assert.Equal(id is null && seen is null ? ["Inspect b"] : [], spec.Begun);
        if (spec.Begun.Any()) Assert.Empty(spec.When("b", Step.Inspect, new Outcome.Missing()).Begun);
        var (task, told) = (spec.Reports[^1], spec.Reports[^1].Containers[1]);
        Assert.Equal(
            (LifecycleStatus.Running, LifecycleStatus.Stopped, stopped.Reason), (task.Status, told.Status, told.Reason));
    }

    [Fact]
    public void Given_a_lost_journal_when_the_log_has_a_container_as_stopped_then_what_has_waited_for_its_end_is_made()
    {
        var job = Some.Container("job") with { Essential = false };
        var app = Some.Container("app") with { DependsOn = [new() { ContainerName = "job", Condition = "SUCCESS" }] };
        var stopped = Stopped("job") with { RuntimeId = "id-job", ExitCode = 0, StartedAt = Some.Time };

        var spec = new Spec().When(at => new Assigned(at, Some.Start(1, 10, job, app) with
        {
            RuntimeIds = new Dictionary<string, string> { ["job"] = "id-job" },
            StoppedContainers = [stopped],
        }));

        Assert.Equal(["Create app"], spec.Begun);
    }

    [Fact]
    public void Given_a_lost_journal_when_a_container_that_the_log_has_as_stopped_runs_then_it_is_stopped()
    {
        var spec = new Spec().When(at => new Assigned(at, Some.Start(1, 10, Web, Some.Container("b") with { Essential = false }) with
        {
            StoppedContainers = [Stopped("b") with { RuntimeId = "id-b" }],
        }));

        spec.When(at => new Swept(at, "b", Observed.Running, null)).When("b", Step.Inspect, FoundB(Observed.Running));

        Assert.Equal(["Stop b"], spec.Begun);
    }

    private static ContainerObservation Stopped(string name) => new() { Name = name, Status = LifecycleStatus.Stopped };

    private static Outcome.Found FoundB(Observed observed) => new(Found(observed, exitCode: 1).Facts with { RuntimeId = "id-b" });

    [Fact]
    public void Given_a_task_that_ended_when_the_agent_restarts_then_docker_is_not_asked_and_the_end_is_still_owed()
    {
        var spec = new Spec(Web).Runs("web").Ends("web", 0).Restarted();

        Assert.Empty(spec.Begun);
        Assert.False(spec.State.Acknowledged);
        Assert.Contains(spec.Effects, e => e is Effect.AwaitCleanup);
    }

    [Fact]
    public void Given_a_task_that_failed_when_the_agent_restarts_then_it_is_not_tried_again()
    {
        var spec = new Spec(Web).When("web", Step.Create, new Outcome.Refused("CannotCreateContainerError: no"))
            .Restarted().When("web", Step.Inspect, new Outcome.Missing());

        Assert.Empty(spec.Begun);
        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
    }

    [Fact]
    public void Given_an_acknowledged_end_when_the_clean_up_is_due_then_the_task_is_removed_and_forgotten()
    {
        var spec = new Spec(Web).Runs("web").Ends("web", 0).When(at => new Acknowledged(at, LifecycleStatus.Stopped));
        Assert.Empty(spec.Begun);
        Assert.Equal(["Remove web"], spec.When(at => new CleanupDue(at)).Begun);

        spec.When("web", Step.Remove, new Outcome.Finished());
        Assert.Contains(spec.Effects, e => e is Effect.Forget);
    }

    [Fact]
    public void Given_an_end_that_nobody_has_acknowledged_when_the_clean_up_is_due_then_it_waits_for_that()
    {
        var spec = new Spec(Web).Runs("web").Ends("web", 0).When(at => new CleanupDue(at));
        Assert.Empty(spec.Begun);

        Assert.Equal(["Remove web"], spec.When(at => new Acknowledged(at, LifecycleStatus.Stopped)).Begun);
    }

    [Fact]
    public void Given_containers_that_nobody_assigned_then_they_are_left_alone_until_the_word_to_stop()
    {
        var spec = new Spec();
        var found = Some.State("web") with { RuntimeId = "id-web" };
        spec.When(at => new StopAsked(at, 0)).When(at => new Discovered(at, [found]));
        Assert.Equal(["Inspect web"], spec.Begun);

        spec.When("web", Step.Inspect, Found(Observed.Running));
        Assert.Equal(["Stop web"], spec.Begun);
    }
}

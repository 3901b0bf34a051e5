using Ecs.Agent.Tasks;
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

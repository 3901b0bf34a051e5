using System.Net;
using Docker.DotNet;
using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Tasks;

public sealed class FaultTests
{
    private static readonly ContainerDefinition Web = Some.Container("web");

    [Fact]
    public void Given_a_pull_under_way_when_the_task_is_to_stop_then_the_pull_is_given_up()
    {
        var spec = new Spec(Web).When("web", Step.Create, new Outcome.ImageMissing()).StopAsked();

        Assert.Contains(spec.Effects, e => e is Effect.Abandon);
        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        spec.When("web", Step.Pull, new Outcome.Pulled());
        Assert.Empty(spec.Begun);
    }

    [Fact]
    public void Given_a_start_that_times_out_when_the_container_runs_all_the_same_then_it_is_stopped_before_the_end()
    {
        var reason = Reasons.Timeout("started", TimeSpan.FromMinutes(3));
        var spec = new Spec(Web).Created("web").When("web", Step.Start, new Outcome.TimedOut(reason));
        Assert.Equal(LifecycleStatus.Stopping, spec.State.Status);
        Assert.Equal(["Inspect web"], spec.Begun);

        spec.When("web", Step.Inspect, new Outcome.Found(new ContainerFacts
        {
            RuntimeId = "id-web",
            Observed = Observed.Running,
        }));
        Assert.Equal(["Stop web"], spec.Begun);
        spec.When("web", Step.Stop, new Outcome.Finished()).When("web", Step.Inspect, spec.Ended("web", 137));
        Assert.Equal(StopCode.TaskFailedToStart, spec.Reports[^1].StopCode);
        Assert.Equal(
            "DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s",
            spec.Reports[^1].Containers[0].Reason);
    }

    [Fact]
    public void Given_an_engine_that_is_away_when_it_is_asked_then_the_pauses_grow_to_a_limit()
    {
        var spec = new Spec(Web).When("web", Step.Create, new Outcome.Unreachable());
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            pauses.Add(spec.Effects.OfType<Effect.Begin>().Single().Delay);
            spec.When("web", Step.Inspect, new Outcome.Unreachable());
        }

        Assert.Equal(TaskMachine.FirstPause, pauses[0]);
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(TaskMachine.LongestPause, pauses[^1]);
        Assert.Empty(spec.Reports);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Given_a_creation_that_fails_while_docker_answers_looks_then_it_is_tried_ever_more_slowly(bool isNameTaken)
    {
        Outcome failed = isNameTaken ? new Outcome.NameTaken() : new Outcome.Unreachable();
        var spec = new Spec(Web);
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            spec.When("web", Step.Create, failed).When("web", Step.Inspect, new Outcome.Missing());
            pauses.Add(spec.Effects.OfType<Effect.Begin>().Single(begin => begin.Step == Step.Create).Delay);
        }

        Assert.Equal((TaskMachine.FirstPause, TaskMachine.LongestPause), (pauses[0], pauses[^1]));
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(TimeSpan.Zero, spec.Created("web").Effects.OfType<Effect.Begin>().Single().Delay);
    }

    [Fact]
    public void Given_a_pull_that_docker_cannot_do_while_it_answers_looks_then_it_is_tried_ever_more_slowly()
    {
        var spec = new Spec(Web);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal((Step.Create, TaskMachine.Pause(i)), Next(spec));
            Assert.Equal((Step.Pull, TimeSpan.Zero), Next(spec.When("web", Step.Create, new Outcome.ImageMissing())));
            spec.When("web", Step.Pull, new Outcome.Unreachable()).When("web", Step.Inspect, new Outcome.Missing());
        }

        spec.When("web", Step.Create, new Outcome.ImageMissing()).When("web", Step.Pull, new Outcome.Pulled());
        Assert.Equal((Step.Create, TimeSpan.Zero), Next(spec));
    }

    [Fact]
    public void Given_a_creation_or_start_whose_answer_was_lost_when_it_is_found_done_then_the_next_step_has_no_pause()
    {
        var spec = Lost(new Spec(Web), Step.Create, new Outcome.Missing(), Seen(Observed.Created));
        Assert.Equal((Step.Start, TimeSpan.Zero), Next(spec));

        Lost(spec, Step.Start, Seen(Observed.Created), Seen(Observed.Running)).StopAsked();
        Assert.Equal((Step.Stop, TimeSpan.Zero), Next(spec));
    }

    [Fact]
    public void Given_a_start_that_fails_while_docker_answers_looks_then_it_is_tried_ever_more_slowly()
    {
        var spec = new Spec(Web).Created("web");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal((Step.Start, TaskMachine.Pause(i)), Next(spec));
            spec.When("web", Step.Start, new Outcome.Unreachable()).When("web", Step.Inspect, Seen(Observed.Created));
        }
    }

    [Fact]
    public void Given_a_restart_whose_answers_are_lost_then_it_is_tried_ever_more_slowly_and_what_follows_its_run_at_once()
    {
        var spec = new Spec(Web with { RestartPolicy = new() { Enabled = true, RestartAttemptPeriod = 0 } })
            .Runs("web").Ends("web", 1);
        Lost(spec, Step.Start, spec.Ended("web", 1), Seen(Observed.Running, after: 60)).StopAsked();

        Assert.Equal((Step.Stop, TimeSpan.Zero), Next(spec));
    }

    // Asked for again and again with no answer, and done after the last time.
    private static Spec Lost(Spec spec, Step step, Outcome before, Outcome after)
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal((step, TaskMachine.Pause(i)), Next(spec));
            spec.When("web", step, new Outcome.Unreachable()).When("web", Step.Inspect, i < 9 ? before : after);
        }

        return spec;
    }

    private static (Step Step, TimeSpan Delay) Next(Spec spec) =>
        Assert.Single(spec.Effects.OfType<Effect.Begin>()) is var begin ? (begin.Step, begin.Delay) : default;

    private static Outcome.Found Seen(Observed observed, int after = 0) => new(new ContainerFacts
    {
        RuntimeId = "id-web",
        Observed = observed,
        StartedAt = observed == Observed.Created ? null : Some.Time.AddSeconds(after),
    });

    [Fact]
    public void Given_a_container_that_somebody_removed_when_it_is_missed_then_it_is_not_made_again()
    {
        var spec = new Spec(Web).Runs("web").When(at => new Changed(at, "web", 137))
            .When("web", Step.Inspect, new Outcome.Missing());

        Assert.Empty(spec.Begun);
        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        Assert.Equal(137, spec.Reports[^1].Containers[0].ExitCode);
    }

    [Fact]
    public void Given_a_container_that_was_never_made_when_the_agent_restarts_in_its_stopping_task_then_it_is_neither_told_as_removed_nor_removed()
    {
        var spec = new Spec(Web, Some.Container("late")).Runs("web").When("late", Step.Create, new Outcome.ImageMissing())
            .StopAsked().Restarted()
            .When("late", Step.Inspect, new Outcome.Missing());
        spec.When("web", Step.Inspect, spec.Ended("web", 143));

        var told = spec.Reports[^1].Containers[1];
        Assert.Equal((LifecycleStatus.Stopped, LifecycleStatus.Stopped), (spec.Reports[^1].Status, told.Status));
        Assert.Equal((null, null), (told.Reason, told.StoppedAt));
        spec.When(at => new Acknowledged(at, LifecycleStatus.Stopped));
        Assert.Equal(["Remove web"], spec.When(at => new CleanupDue(at)).Begun);
    }

    [Fact]
    public void Given_a_container_that_was_killed_for_its_memory_then_its_reason_says_so()
    {
        var spec = new Spec(Web).Runs("web").When(at => new Changed(at, "web", 137)).When("web", Step.Inspect,
            new Outcome.Found(new ContainerFacts
            {
                RuntimeId = "id-web",
                Observed = Observed.Ended,
                ExitCode = 137,
                OutOfMemory = true,
            }));

        Assert.Equal(
            "OutOfMemoryError: Container killed due to memory usage", spec.Reports[^1].Containers[0].Reason);
    }

    [Theory]
    [InlineData(137, "OutOfMemoryError: Container killed due to memory usage")]
    [InlineData(0, null)] // A process within it was killed, and it went on.
    public void Given_a_sign_of_too_little_memory_that_docker_does_not_note_then_a_killed_container_says_so(
        int exitCode, string? reason)
    {
        var spec = new Spec(Web).Runs("web").When(at => new Changed(at, "web", exitCode))
            .When(at => new OutOfMemory(at, "web"));
        Assert.DoesNotContain(spec.Reports, report => report.Status == LifecycleStatus.Stopped);
        spec.When("web", Step.Inspect, new Outcome.Found(new ContainerFacts
        {
            RuntimeId = "id-web",
            Observed = Observed.Ended,
            ExitCode = exitCode,
        }));

        Assert.Equal(reason, spec.Reports[^1].Containers[0].Reason);
    }

    [Fact]
    public void Given_a_stop_of_an_unknown_task_then_its_containers_are_looked_for_and_it_is_told_stopped()
    {
        var spec = new Spec().StopAsked();
        Assert.Contains(spec.Effects, e => e is Effect.Discover);
        Assert.Contains(spec.Effects, e => e is Effect.Save);

        spec.When(at => new Discovered(at, []));
        Assert.Equal(LifecycleStatus.Stopped, spec.Reports[^1].Status);
        spec.When(at => new Assigned(at, Some.Start(1, 10)));
        Assert.Empty(spec.Effects);
    }

    [Fact]
    public void Given_a_stop_that_docker_refuses_then_the_container_says_so_once_and_it_is_tried_ever_more_slowly_until_it_ends()
    {
        var spec = new Spec(Web).Runs("web").StopAsked();
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            spec.When("web", Step.Stop, new Outcome.Refused(Reasons.CannotStop($"no {i}")));
            spec.When("web", Step.Inspect, Running);
            pauses.Add(spec.Effects.OfType<Effect.Begin>().Single(begin => begin.Step == Step.Stop).Delay);
        }

        Assert.Equal((TaskMachine.FirstPause, TaskMachine.LongestPause), (pauses[0], pauses[^1]));
        Assert.Equal(pauses.Order(), pauses);
        var told = Assert.Single(spec.Reports, report => report.Containers[0].Reason is not null);
        Assert.Equal((LifecycleStatus.Stopping, LifecycleStatus.Running), (told.Status, told.Containers[0].Status));
        Assert.Equal("CannotStopContainerError: no 0", told.Containers[0].Reason);

        spec.When("web", Step.Stop, new Outcome.Finished()).When("web", Step.Inspect, spec.Ended("web", 143));
        Assert.Equal((LifecycleStatus.Stopped, null), (spec.Reports[^1].Status, spec.Reports[^1].Containers[0].Reason));
    }

    [Fact]
    public void Given_a_stop_that_does_not_end_in_time_then_the_container_says_so_while_it_is_tried_again()
    {
        var spec = new Spec(Web).Runs("web").StopAsked()
            .When("web", Step.Stop, new Outcome.TimedOut(Reasons.Timeout("stopped", TimeSpan.FromSeconds(150))));

        Assert.Equal(
            "DockerTimeoutError: Could not transition to stopped; timed out after waiting 2m30s",
            spec.Reports[^1].Containers[0].Reason);
        Assert.Equal(["Stop web"], spec.When("web", Step.Inspect, Running).Begun);
    }

    [Theory]
    [InlineData(Step.Stop, 500, "CannotStopContainerError: Error response from daemon: no")]
    [InlineData(Step.Stop, 404, null)]
    [InlineData(Step.Remove, 409, "Error response from daemon: no")]
    [InlineData(Step.Remove, 404, null)]
    internal void Given_a_refusal_of_docker_to_stop_or_remove_then_it_is_told_in_its_words_unless_it_is_gone(
        Step step, int status, string? reason)
    {
        var fault = new DockerApiException((HttpStatusCode)status, "{\"message\":\"no\"}");

        Assert.Equal(
            reason is null ? new Outcome.Finished() : new Outcome.Refused(reason), Refusals.Read(step, fault));
    }

    private static Outcome Running { get; } =
        new Outcome.Found(new ContainerFacts { RuntimeId = "id-web", Observed = Observed.Running });
}

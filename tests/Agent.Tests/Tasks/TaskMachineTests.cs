using Ecs.Agent.Tasks;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Tasks;

public sealed class TaskMachineTests
{
    private static readonly ContainerDefinition Web = Some.Container("web");
    private static readonly ContainerDefinition Side = Some.Container("side") with { Essential = false };

    [Fact]
    public void Given_a_digest_that_docker_did_not_tell_at_creation_when_it_is_learned_then_it_is_told_once()
    {
        var spec = new Spec(Some.Container("web")).When("web", Step.Create, new Outcome.Created("id-web", null)).Started("web");
        Assert.Null(spec.Reports[^1].Containers[0].ImageDigest);
        var found = new Outcome.Found(new ContainerFacts
        {
            RuntimeId = "id-web", Observed = Observed.Running, StartedAt = Some.Time, ImageDigest = "sha256:1",
        });

        spec.When(at => new Changed(at, "web", null)).When("web", Step.Inspect, found);
        spec.When(at => new Changed(at, "web", null)).When("web", Step.Inspect, found);

        Assert.Equal([null, "sha256:1"], spec.Reports.Select(told => told.Containers[0].ImageDigest));
    }

    [Fact]
    public void Given_a_digest_that_is_known_at_creation_then_it_is_told_with_the_start_and_not_before()
    {
        var spec = new Spec(Some.Container("web")).Created("web");
        Assert.Empty(spec.Reports);

        Assert.Equal("sha256:1", Assert.Single(spec.Started("web").Reports).Containers[0].ImageDigest);
    }

    [Fact]
    public void Given_a_new_task_when_it_is_assigned_then_nothing_is_waited_for_but_that_it_is_kept()
    {
        var spec = new Spec(Web);

        Assert.Equal([new Effect.Begin("web", Step.Create, TimeSpan.Zero), new Effect.Save()], spec.Effects);
        Assert.Equal(["Create web"], spec.Begun);
        Assert.Empty(spec.Reports);
    }

    [Fact]
    public void Given_a_task_when_its_container_was_started_then_one_report_says_that_it_runs()
    {
        var spec = new Spec(Web).Runs("web");

        var report = Assert.Single(spec.Reports);
        Assert.Equal(LifecycleStatus.Running, report.Status);
        Assert.Equal(report.Containers[0].StartedAt, report.StartedAt);
        Assert.Equal("id-web", report.Containers[0].RuntimeId);
        Assert.Equal("sha256:1", report.Containers[0].ImageDigest);
    }

    [Fact]
    public void Given_a_running_task_when_the_same_assignment_comes_again_then_nothing_happens()
    {
        var spec = new Spec(Web).Runs("web").When(at => new Assigned(at, Some.Start(1, 10)));

        Assert.Empty(spec.Effects);
    }

    [Fact]
    public void Given_an_image_that_is_not_there_when_it_is_pulled_then_the_container_is_created_again()
    {
        var spec = new Spec(Web).When("web", Step.Create, new Outcome.ImageMissing());
        Assert.Equal(["Pull web"], spec.Begun);
        Assert.NotNull(spec.Reports.Single().PullStartedAt);

        spec.When("web", Step.Pull, new Outcome.Pulled());
        Assert.Equal(["Create web"], spec.Begun);

        spec.Runs("web");
        Assert.True(spec.State.PullStartedAt < spec.State.PullStoppedAt);
        Assert.Equal(LifecycleStatus.Running, spec.State.Status);
    }

    [Fact]
    public void Given_a_pull_when_it_goes_on_then_how_far_it_is_is_reported_until_it_ends()
    {
        var pull = new ImagePull { Image = "busybox:1", StartedAt = Some.Time, Layers = 2 };
        var spec = new Spec(Web).When("web", Step.Create, new Outcome.ImageMissing());
        spec.When(at => new PullSeen(at, "web", pull)).When(at => new PullSeen(at, "web", pull with { LayersDone = 1 }));
        Assert.Equal([null, 0, 1], spec.Reports.Select(r => r.Containers[0].Pull?.LayersDone));

        spec.When("web", Step.Pull, new Outcome.Pulled(pull with { LayersDone = 2, StoppedAt = Some.Time }));
        spec.When(at => new PullSeen(at, "web", pull));
        Assert.Equal(2, spec.Reports[^1].Containers[0].Pull!.LayersDone);
        Assert.Equal(4, spec.Reports.Count);
    }

    [Fact]
    public void Given_an_image_that_is_never_there_when_it_was_pulled_twice_then_the_task_fails()
    {
        var spec = new Spec(Web);
        for (var i = 0; i < ContainerFold.MaxPulls; i++)
        {
            spec.When("web", Step.Create, new Outcome.ImageMissing()).When("web", Step.Pull, new Outcome.Pulled());
        }

        spec.When("web", Step.Create, new Outcome.ImageMissing());

        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        Assert.StartsWith("CannotPullContainerError: ", spec.Reports[^1].Containers[0].Reason);
    }

    [Fact]
    public void Given_a_pull_that_fails_when_it_is_told_then_the_task_failed_to_start()
    {
        var spec = new Spec(Web, Side).Runs("side").When("web", Step.Create, new Outcome.ImageMissing())
            .When("web", Step.Pull, new Outcome.Refused(Reasons.CannotPull("no such registry")));

        Assert.Equal(["Stop side"], spec.Begun);
        spec.When("side", Step.Stop, new Outcome.Finished()).When("side", Step.Inspect, spec.Ended("side", 143));

        var report = spec.Reports[^1];
        Assert.Equal((LifecycleStatus.Stopped, StopCode.TaskFailedToStart), (report.Status, report.StopCode));
        Assert.Equal("Task failed to start", report.Reason);
        Assert.Equal("CannotPullContainerError: no such registry", report.Containers[0].Reason);
        Assert.Equal(143, report.Containers[1].ExitCode);
        Assert.Null(report.StartedAt);
    }

    [Fact]
    public void Given_an_essential_container_when_it_ends_then_all_others_are_stopped_and_exit_codes_kept()
    {
        var spec = new Spec(Web, Some.Container("db")).Runs("web").Runs("db").Ends("db", 7);

        Assert.Equal(["Stop web"], spec.Begun);
        Assert.Equal(LifecycleStatus.Stopping, spec.Reports[^1].Status);
        spec.Ends("web", 0);
        Assert.DoesNotContain("Inspect web", spec.Begun);
        spec.When("web", Step.Stop, new Outcome.Finished()).When("web", Step.Inspect, spec.Ended("web", 0));

        var report = spec.Reports[^1];
        Assert.Equal((LifecycleStatus.Stopped, StopCode.EssentialContainerExited), (report.Status, report.StopCode));
        Assert.Equal("Essential container in task exited", report.Reason);
        Assert.Equal([0, 7], report.Containers.Select(c => c.ExitCode));
        Assert.NotNull(report.StartedAt);
        Assert.NotNull(report.StoppedAt);
    }

    [Fact]
    public void Given_a_container_that_is_not_essential_when_it_ends_then_the_task_runs_on()
    {
        var spec = new Spec(Web, Side).Runs("web").Runs("side").Ends("side", 1);

        Assert.Equal(LifecycleStatus.Running, spec.State.Status);
        Assert.Equal(LifecycleStatus.Stopped, spec.StatusOf("side"));
        Assert.Equal(1, spec.Reports[^1].Containers[1].ExitCode);
        Assert.Empty(spec.Begun);
    }

    [Theory]
    [InlineData(Step.Pull, true)]
    [InlineData(Step.Pull, false)]
    [InlineData(Step.Create, true)]
    [InlineData(Step.Create, false)]
    [InlineData(Step.Start, true)]
    [InlineData(Step.Start, false)]
    internal void Given_a_container_that_is_not_essential_when_it_cannot_be_started_then_the_task_runs_without_it_and_says_why(
        Step step, bool isFirst)
    {
        var spec = new Spec(Web, Side);
        if (!isFirst) spec.Runs("web");
        if (step == Step.Pull) spec.When("side", Step.Create, new Outcome.ImageMissing());
        if (step == Step.Start) spec.Created("side");
        spec.When("side", step, new Outcome.Refused("why"));
        Assert.Empty(spec.Begun);
        if (isFirst) spec.Runs("web");

        var report = spec.Reports[^1];
        Assert.Equal((LifecycleStatus.Running, null, null), (report.Status, report.StopCode, report.Reason));
        Assert.Equal(spec.State.Find("web")!.StartedAt, report.StartedAt);
        var side = report.Containers[1];
        Assert.Equal((LifecycleStatus.Stopped, "why", null, null), (side.Status, side.Reason, side.ExitCode, side.StartedAt));

        spec.Restarted().When("web", Step.Inspect, new Outcome.Found(new() { RuntimeId = "id-web", Observed = Observed.Running }))
            .When("side", Step.Inspect, new Outcome.Missing());
        Assert.Equal((LifecycleStatus.Running, "why"), (spec.State.Status, spec.State.Find("side")!.Failure));
        Assert.Empty(spec.Begun);
    }

    [Fact]
    public void Given_an_essential_container_that_ends_at_once_when_another_is_still_made_then_the_task_ends()
    {
        var spec = new Spec(Web, Some.Container("db")).Runs("web").Ends("web", 0).Created("db");

        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        Assert.DoesNotContain("Start db", spec.Begun);
        Assert.Null(spec.Reports[^1].StartedAt);
    }

    [Fact]
    public void Given_a_container_that_dies_while_its_start_is_under_way_then_it_is_told_that_it_ran_and_ended()
    {
        var spec = new Spec(Web).Created("web").When(at => new Changed(at, "web", 3)).Started("web");

        Assert.Equal(LifecycleStatus.Running, spec.Reports[^1].Status);
        Assert.Equal(["Inspect web"], spec.Begun);
        spec.When("web", Step.Inspect, spec.Ended("web", 3));
        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        Assert.NotNull(spec.State.StartedAt);
    }

    [Fact]
    public void Given_a_sign_of_death_while_the_container_is_looked_at_then_it_is_looked_at_again()
    {
        var running = new Outcome.Found(new ContainerFacts { RuntimeId = "id-web", Observed = Observed.Running });
        var spec = new Spec(Web).Runs("web").When(at => new Swept(at, "web", Observed.Absent))
            .When(at => new Changed(at, "web", 1)).When("web", Step.Inspect, running);

        Assert.Equal(["Inspect web"], spec.Begun);
    }

    [Fact]
    public void Given_a_name_that_is_taken_when_the_container_is_ours_then_it_is_adopted_and_started()
    {
        var spec = new Spec(Web).When("web", Step.Create, new Outcome.NameTaken());
        Assert.Equal(["Inspect web"], spec.Begun);

        spec.When("web", Step.Inspect, new Outcome.Found(new ContainerFacts
        {
            RuntimeId = "id-old",
            Observed = Observed.Created,
        }));
        Assert.Equal(["Start web"], spec.Begun);
        Assert.Equal("id-old", spec.State.Containers[0].RuntimeId);
    }

    [Fact]
    public void Given_a_name_that_is_taken_when_the_container_is_not_ours_then_the_task_fails_and_leaves_it_alone()
    {
        var spec = new Spec(Web).When("web", Step.Create, new Outcome.NameTaken())
            .When("web", Step.Inspect, new Outcome.Foreign());

        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        spec.When(at => new Acknowledged(at, LifecycleStatus.Stopped)).When(at => new CleanupDue(at));
        Assert.Empty(spec.Begun);
        Assert.Contains(spec.Effects, e => e is Effect.Forget);
    }

    [Fact]
    public void Given_links_when_the_task_starts_then_targets_come_first_and_go_last()
    {
        var spec = new Spec(Some.Container("web", "db:database"), Some.Container("db"), Some.Container("log"));
        Assert.Equal(["Create db", "Create log"], spec.Begun);
        Assert.Equal(["Create web", "Start db"], spec.Created("db").Begun);
        Assert.Empty(spec.Created("web").Begun);
        Assert.Equal(["Start web"], spec.Started("db").Begun);
        spec.Started("web").Runs("log");

        spec.StopAsked();
        Assert.Equal(["Stop web", "Stop log"], spec.Begun);
        spec.When("web", Step.Stop, new Outcome.Finished()).When("web", Step.Inspect, spec.Ended("web", 0));
        Assert.Equal(["Stop db"], spec.Begun);
    }

    [Fact]
    public void Given_a_circle_of_links_when_the_task_is_assigned_then_it_fails_and_makes_nothing()
    {
        var spec = new Spec(Some.Container("a", "b"), Some.Container("b", "a"));

        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        Assert.Empty(spec.Begun);
        Assert.StartsWith("TaskDependencyError: ", spec.Reports[^1].Containers[0].Reason);
    }
}

using Ecs.Agent.Tasks;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Tasks;

public sealed class RestartPolicyTests
{
    private static readonly ContainerDefinition Web = Some.Container("web") with
    {
        RestartPolicy = new() { Enabled = true, RestartAttemptPeriod = 60, IgnoredExitCodes = [42] },
    };

    private static DateTimeOffset At(int seconds) => Some.Time.AddSeconds(seconds);

    private static Outcome.Found Run(int from, int? to, int exitCode = 1, bool outOfMemory = false) => new(new ContainerFacts
    {
        RuntimeId = "id-web",
        Observed = to is null ? Observed.Running : Observed.Ended,
        ExitCode = to is null ? null : exitCode,
        OutOfMemory = outOfMemory,
        StartedAt = At(from),
        StoppedAt = to is { } end ? At(end) : null,
    });

    private static Spec Ended(Spec spec, Outcome.Found how) =>
        spec.When(at => new Changed(at, "web", how.Facts.ExitCode)).When("web", Step.Inspect, how);

    [Fact]
    public void Given_a_container_that_ran_long_enough_when_it_ends_then_it_is_started_again_and_its_task_runs_on()
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, 60, exitCode: 7));
        Assert.IsType<Effect.Save>(spec.Effects[0]);
        Assert.Equal(["Start web"], spec.Begun);
        Assert.Equal(LifecycleStatus.Running, spec.State.Status);
        Assert.Single(spec.Reports);

        spec.Started("web");

        var told = spec.Reports[^1].Containers[0];
        Assert.Equal((LifecycleStatus.Running, 1, 7), (told.Status, told.Restart!.Count, told.Restart.ExitCode));
        Assert.Equal((null, null), (told.ExitCode, told.StoppedAt));
        Assert.Equal(told.Restart.At, told.StartedAt);
        Assert.Equal(LifecycleStatus.Running, spec.Reports[^1].Status);
    }

    [Fact]
    public void Given_a_run_of_a_moment_whose_start_docker_noted_after_its_end_then_it_is_not_started_again() =>
        Assert.Empty(Ended(new Spec(Web).Runs("web"), Run(0, -1)).Begun);

    [Theory]
    [InlineData(59, 1)]
    [InlineData(90, 42)]
    public void Given_a_run_that_was_too_short_or_an_exit_code_that_is_ignored_when_it_ends_then_that_is_the_end(
        int seconds, int exitCode)
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, seconds, exitCode));

        Assert.Empty(spec.Begun);
        Assert.Equal((LifecycleStatus.Stopped, StopCode.EssentialContainerExited), (spec.State.Status, spec.State.StopCode));
        Assert.Null(spec.Reports[^1].Containers[0].Restart);
    }

    [Fact]
    public void Given_a_second_end_when_its_run_was_long_enough_then_it_is_the_second_restart_and_else_the_end()
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, 60)).Started("web");
        Ended(spec, Run(61, 200, outOfMemory: true)).Started("web");
        Assert.Equal(2, spec.Reports[^1].Containers[0].Restart!.Count);
        Assert.Equal("OutOfMemoryError: Container killed due to memory usage", spec.Reports[^1].Containers[0].Restart!.Reason);
        Assert.Null(spec.Reports[^1].Containers[0].Reason);

        Ended(spec, Run(201, 210, exitCode: 3));
        Assert.Equal((LifecycleStatus.Stopped, 3), (spec.State.Status, spec.Reports[^1].Containers[0].ExitCode));
        Assert.Equal(2, spec.Reports[^1].Containers[0].Restart!.Count);
    }

    [Fact]
    public void Given_a_container_that_was_killed_for_its_memory_and_removed_before_its_restart_then_that_is_the_end()
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, 60, exitCode: 137, outOfMemory: true));
        Assert.Equal(["Start web"], spec.Begun);

        spec.When("web", Step.Start, new Outcome.Unreachable()).When("web", Step.Inspect, new Outcome.Missing());

        Assert.Empty(spec.Begun);
        Assert.Equal((LifecycleStatus.Stopped, StopCode.EssentialContainerExited), (spec.State.Status, spec.State.StopCode));
        Assert.Equal((137, Reasons.OutOfMemory), (spec.Reports[^1].Containers[0].ExitCode, spec.Reports[^1].Containers[0].Reason));
        Assert.Null(spec.State.Containers[0].RestartOf);
        Assert.Empty(spec.Restarted().Begun);
    }

    [Fact]
    public void Given_a_task_that_is_to_stop_when_its_container_ends_then_it_is_never_started_again()
    {
        var spec = new Spec(Web).Runs("web").StopAsked()
            .When("web", Step.Stop, new Outcome.Finished()).When("web", Step.Inspect, Run(0, 100));

        Assert.Empty(spec.Begun);
        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
    }

    [Fact]
    public void Given_a_stop_while_the_restart_is_under_way_then_the_new_run_is_stopped()
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, 60)).StopAsked();
        Assert.Empty(spec.Begun);

        Assert.Equal(["Stop web"], spec.Started("web").Begun);
    }

    [Fact]
    public void Given_a_stop_when_the_restart_could_not_be_begun_yet_then_it_is_given_up_and_the_last_exit_is_told()
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, 60, exitCode: 9))
            .When("web", Step.Start, new Outcome.Unreachable()).StopAsked().When("web", Step.Inspect, Run(0, 60, exitCode: 9));

        Assert.Empty(spec.Begun);
        Assert.Equal((LifecycleStatus.Stopped, 9), (spec.State.Status, spec.Reports[^1].Containers[0].ExitCode));
        Assert.Null(spec.Reports[^1].Containers[0].Restart);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(59, false)]
    public void Given_a_task_that_waits_for_a_list_when_its_container_has_ended_meanwhile_then_the_policy_decides_once_it_is_assigned(
        int seconds, bool isStartedAgain)
    {
        // What waits for the other is not made yet: so the whole task waits to be named.
        var waiting = Some.Container("late") with { DependsOn = [new() { ContainerName = "web", Condition = "HEALTHY" }] };
        var web = Web with { HealthCheck = new HealthCheck { Command = ["CMD", "true"] } };
        var spec = new Spec(web, waiting).Runs("web").Resumed().When("web", Step.Inspect, Run(0, seconds));
        Assert.Equal((Desired.Unassigned, LifecycleStatus.Running), (spec.State.Desired, spec.StatusOf("web")));

        spec.When(at => new Assigned(at, Some.Start(1, 10, web, waiting)));

        Assert.Equal(isStartedAgain, spec.Begun.Contains("Start web"));
        Assert.Equal(isStartedAgain ? Desired.Running : Desired.Stopped, spec.State.Desired);
    }

    [Fact]
    public void Given_a_crash_before_the_restart_when_the_agent_is_back_then_it_is_done_and_counted_once()
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, 60)).Restarted();
        Assert.Equal(["Start web"], spec.When("web", Step.Inspect, Run(0, 60)).Begun);

        Assert.Equal(1, spec.Started("web").Reports[^1].Containers[0].Restart!.Count);
    }

    [Fact]
    public void Given_a_crash_after_the_restart_when_the_agent_is_back_then_it_is_counted_once_and_not_done_again()
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, 60)).Restarted().When("web", Step.Inspect, Run(61, null));

        Assert.Empty(spec.Begun);
        Assert.Equal((1, At(61)), (spec.Reports[^1].Containers[0].Restart!.Count, spec.Reports[^1].Containers[0].Restart!.At));
        spec.Restarted().When("web", Step.Inspect, Run(61, null));
        Assert.Equal(1, spec.State.Containers[0].Restart!.Count);
    }

    [Fact]
    public void Given_a_crash_after_a_restart_that_ended_soon_when_the_agent_is_back_then_that_is_the_end()
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, 60)).Restarted().When("web", Step.Inspect, Run(61, 62, exitCode: 5));

        Assert.Equal((LifecycleStatus.Stopped, 5), (spec.State.Status, spec.Reports[^1].Containers[0].ExitCode));
        Assert.Equal(1, spec.Reports[^1].Containers[0].Restart!.Count);
    }

    [Fact]
    public void Given_a_new_run_that_ends_before_its_start_comes_back_then_the_restart_tells_how_the_run_before_had_ended()
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, 60, exitCode: 7)).When(at => new Changed(at, "web", 8)).Started("web");
        Assert.Equal(7, spec.Reports[^1].Containers[0].Restart!.ExitCode);

        spec.When("web", Step.Inspect, Run(61, 61, exitCode: 8));
        Assert.Equal((LifecycleStatus.Stopped, 8), (spec.State.Status, spec.Reports[^1].Containers[0].ExitCode));
        Assert.Equal(7, spec.Reports[^1].Containers[0].Restart!.ExitCode);
    }

    [Fact]
    public void Given_a_run_that_was_killed_for_its_memory_when_the_next_one_is_killed_for_something_else_then_it_does_not_say_so()
    {
        var spec = new Spec(Web).Runs("web").When(at => new OutOfMemory(at, "web"));
        Ended(spec, Run(0, 60, exitCode: 137)).Started("web");
        Assert.Equal(Reasons.OutOfMemory, spec.Reports[^1].Containers[0].Restart!.Reason);

        Ended(spec, Run(61, 62, exitCode: 137));
        Assert.Equal((LifecycleStatus.Stopped, null), (spec.State.Status, spec.Reports[^1].Containers[0].Reason));
    }

    [Fact]
    public void Given_a_run_that_nobody_saw_when_it_is_told_then_the_ports_of_the_run_before_are_not()
    {
        NetworkBinding Port(int host) => new() { BindIP = "0.0.0.0", ContainerPort = 80, HostPort = host, Protocol = "tcp" };
        var spec = new Spec(Web).Created("web").When("web", Step.Start, new Outcome.Started([Port(32768)]));
        Assert.Equal(32768, spec.Reports[^1].Containers[0].NetworkBindings[0].HostPort);

        Ended(spec, Run(0, 60)).When("web", Step.Start, new Outcome.Started([Port(32801)]));
        Assert.Equal(32801, spec.Reports[^1].Containers[0].NetworkBindings[0].HostPort);
        Ended(spec, Run(61, 200)).Restarted().When("web", Step.Inspect, Run(201, 202, exitCode: 5));

        Assert.Equal((2, 5), (spec.Reports[^1].Containers[0].Restart!.Count, spec.Reports[^1].Containers[0].ExitCode));
        Assert.Empty(spec.Reports[^1].Containers[0].NetworkBindings);
    }

    [Fact]
    public void Given_a_run_that_nobody_saw_when_it_is_told_then_ports_that_docker_did_not_choose_are_told_still()
    {
        NetworkBinding Port(int inside, int host, string protocol = "tcp") =>
            new() { BindIP = "0.0.0.0", ContainerPort = inside, HostPort = host, Protocol = protocol };
        NetworkBinding[] opened =
        [
            Port(80, 8080), Port(80, 8081), Port(53, 8053, "udp"), Port(53, 32768), Port(90, 32769),
            new() { BindIP = "0.0.0.0", ContainerPortRange = "100-102", HostPortRange = "40100-40102", Protocol = "tcp" },
        ];
        var spec = new Spec(Web with
        {
            PortMappings =
            [
                new() { ContainerPort = 80, HostPort = 8080 },
                new() { ContainerPort = 80, HostPort = 8081, Protocol = "tcp" },
                new() { ContainerPort = 53, HostPort = 8053, Protocol = "udp" },
                new() { ContainerPort = 53, HostPort = 0 },
                new() { ContainerPort = 90 },
                new() { ContainerPortRange = "100-102" },
            ],
        }).Created("web").When("web", Step.Start, new Outcome.Started(opened));

        Ended(spec, Run(0, 60)).Restarted().When("web", Step.Inspect, Run(61, 62, exitCode: 5));

        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        Assert.Equal(
            [opened[0], opened[1], opened[2], opened[5]], spec.Reports[^1].Containers[0].NetworkBindings);
    }

    [Fact]
    public void Given_an_end_while_the_agent_was_away_when_it_is_back_then_the_policy_holds_for_it() =>
        Assert.Equal(["Start web"], new Spec(Web).Runs("web").Restarted().When("web", Step.Inspect, Run(0, 100)).Begun);

    [Fact]
    public void Given_a_container_that_somebody_removed_then_it_is_not_made_again()
    {
        var spec = new Spec(Web).Runs("web").When(at => new Changed(at.AddHours(1), "web", 137))
            .When("web", Step.Inspect, new Outcome.Missing());

        Assert.Empty(spec.Begun);
        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
    }

    [Fact]
    public void Given_a_restart_that_docker_refuses_then_the_task_ends_as_one_that_has_run()
    {
        var spec = Ended(new Spec(Web).Runs("web"), Run(0, 60))
            .When("web", Step.Start, new Outcome.Refused("CannotStartContainerError: no"));

        Assert.Equal((LifecycleStatus.Stopped, StopCode.EssentialContainerExited), (spec.State.Status, spec.State.StopCode));
        Assert.Equal("CannotStartContainerError: no", spec.Reports[^1].Containers[0].Reason);
    }

    [Fact]
    public void Given_another_essential_container_that_ends_then_what_has_a_policy_is_stopped_and_stays_so()
    {
        var spec = new Spec(Web, Some.Container("db")).Runs("web").Runs("db").Ends("db", 0);
        Assert.Equal(["Stop web"], spec.Begun);

        spec.When("web", Step.Stop, new Outcome.Finished()).When("web", Step.Inspect, Run(0, 100));
        Assert.Empty(spec.Begun);
        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
    }
}

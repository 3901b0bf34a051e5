using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Tasks;

public sealed class TakenPortsTests
{
    private const string Reason = "CannotStartContainerError: port is already allocated";

    private static readonly ContainerDefinition Web = Some.Container("web") with
    {
        PortMappings = [new() { ContainerPortRange = "80-84", Protocol = "tcp" }],
    };

    private static readonly Outcome Taken = new Outcome.PortsTaken(Reason);

    [Fact]
    public void Given_ports_that_were_taken_when_a_container_starts_then_it_is_kept_as_such_removed_and_made_anew()
    {
        var spec = new Spec(Web).Created("web").When("web", Step.Start, Taken);
        Assert.IsType<Effect.Save>(spec.Effects[0]);
        Assert.Equal(["Remove web"], spec.Begun);
        Assert.Equal("id-web", spec.State.Find("web")!.Obstructed);

        spec.When("web", Step.Remove, new Outcome.Finished());
        Assert.Equal(["Create web"], spec.Begun);
        Assert.Null(spec.State.Find("web")!.RuntimeId);

        spec.When("web", Step.Create, new Outcome.Created("id-other", null)).Started("web");
        Assert.Equal((LifecycleStatus.Running, "id-other"), (spec.State.Status, spec.Reports[^1].Containers[0].RuntimeId));
    }

    [Fact]
    public void Given_ports_that_are_taken_whenever_they_are_chosen_then_after_five_times_the_task_failed_with_docker_s_words()
    {
        var spec = new Spec(Web);
        for (var i = 1; i < ContainerFold.MaxPortChoices; i++)
        {
            spec.Created("web").When("web", Step.Start, Taken).When("web", Step.Remove, new Outcome.Finished());
            Assert.Equal(["Create web"], spec.Begun);
        }

        spec.Created("web").When("web", Step.Start, Taken);

        Assert.Equal(5, ContainerFold.MaxPortChoices);
        Assert.Empty(spec.Begun);
        Assert.Equal((LifecycleStatus.Stopped, StopCode.TaskFailedToStart), (spec.State.Status, spec.State.StopCode));
        Assert.Equal(Reason, spec.Reports[^1].Containers[0].Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_a_crash_before_or_after_the_removal_when_the_agent_is_back_then_it_is_made_anew(bool isRemoved)
    {
        var spec = new Spec(Web).Created("web").When("web", Step.Start, Taken).Restarted();
        Assert.Equal(["Inspect web"], spec.Begun);

        spec.When("web", Step.Inspect, isRemoved ? new Outcome.Missing() : Made("id-web", Observed.Created));
        if (!isRemoved)
        {
            Assert.Equal(["Remove web"], spec.Begun);
            spec.When("web", Step.Remove, new Outcome.Finished());
        }

        Assert.Equal(["Create web"], spec.Begun);
        Assert.Null(spec.State.Find("web")!.Obstructed);
        Assert.Equal(1, spec.State.Find("web")!.PortsTaken);
    }

    [Fact]
    public void Given_a_crash_after_it_was_made_anew_when_the_agent_is_back_then_that_one_is_found_by_its_name_and_started()
    {
        var spec = new Spec(Web).Created("web").When("web", Step.Start, Taken).Restarted()
            .When("web", Step.Inspect, new Outcome.Missing())
            .When("web", Step.Create, new Outcome.NameTaken());
        Assert.Equal(["Inspect web"], spec.Begun);

        spec.When("web", Step.Inspect, Made("id-other", Observed.Created));

        Assert.Equal(["Start web"], spec.Begun);
    }

    [Fact]
    public void Given_a_stop_while_it_is_to_be_made_anew_then_nothing_is_made()
    {
        var spec = new Spec(Web).Created("web").When("web", Step.Start, Taken).StopAsked()
            .When("web", Step.Remove, new Outcome.Finished());

        Assert.Empty(spec.Begun);
        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
    }

    [Fact]
    public void Given_a_container_that_ran_when_it_is_started_again_and_its_ports_are_taken_then_it_has_failed()
    {
        var spec = new Spec(Web with { RestartPolicy = new() { Enabled = true, RestartAttemptPeriod = 0 } })
            .Runs("web").Ends("web", 1);
        Assert.Equal(["Start web"], spec.Begun);

        spec.When("web", Step.Start, Taken);

        Assert.Equal(LifecycleStatus.Stopped, spec.State.Status);
        Assert.Equal(Reason, spec.Reports[^1].Containers[0].Reason);
    }

    [Fact]
    public void Given_links_to_it_when_it_was_made_only_then_the_others_wait_until_it_runs()
    {
        var spec = new Spec(Some.Container("front", "web"), Web).Created("web");
        Assert.Equal(["Start web"], spec.Begun);

        spec.Started("web");

        Assert.Equal(["Create front"], spec.Begun);
    }

    [Fact]
    public void Given_a_dependency_that_was_met_once_when_it_is_made_anew_then_it_waits_for_it_no_second_time()
    {
        var db = Some.Container("db") with { Essential = false, HealthCheck = new() { Command = ["CMD", "true"] }, StartTimeout = 60 };
        var spec = new Spec(Web with { DependsOn = [new() { ContainerName = "db", Condition = "HEALTHY" }] }, db)
            .Runs("db");
        Health(ContainerHealth.Healthy);
        Assert.Equal(["Create web"], spec.Begun);
        spec.Created("web");
        Health(ContainerHealth.Unhealthy);
        spec.When("web", Step.Start, Taken);

        spec.When(at => new Stepped(at.AddSeconds(90), "web", Step.Remove, new Outcome.Finished()));

        Assert.Equal(["Create web"], spec.Begun);
        Assert.Null(Dependencies.NextTimeout(spec.State));
        spec.Created("web").Started("web");
        Assert.Equal(LifecycleStatus.Running, spec.State.Status);

        void Health(ContainerHealth seen) => spec.When(at => new Swept(at, "db", Observed.Running, seen))
            .When("db", Step.Inspect, new Outcome.Found(new ContainerFacts
            {
                RuntimeId = "id-db",
                Observed = Observed.Running,
                StartedAt = Some.Time,
                Health = seen,
            }));
    }

    [Fact]
    public void Given_a_container_that_may_be_made_anew_when_it_is_told_of_then_its_id_is_told_only_once_it_runs()
    {
        var spec = new Spec(Web, Some.Container("db")).Created("web").Runs("db");
        Assert.Equal([null, "id-db"], spec.Reports[^1].Containers.Select(c => c.RuntimeId));

        // The log knows of none, the journal is lost, and another one was made meanwhile: it is gone on with.
        var lost = new Spec(Web).When("web", Step.Create, new Outcome.NameTaken())
            .When("web", Step.Inspect, Made("id-other", Observed.Created)).Started("web");
        Assert.Equal("id-other", lost.Reports[^1].Containers[0].RuntimeId);
    }

    private static Outcome.Found Made(string id, Observed observed) =>
        new(new ContainerFacts { RuntimeId = id, Observed = observed });
}

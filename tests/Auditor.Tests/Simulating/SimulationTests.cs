using CsCheck;
using Ecs.Auditor.Requests;
using Ecs.Auditor.Simulating;
using Ecs.Auditor.Tests.Explaining;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Act = Ecs.Auditor.Tests.Explaining.RandomHistories.Act;

namespace Ecs.Auditor.Tests.Simulating;

/// <summary>What would have been, of logs that the Scheduler's own rules wrote.</summary>
public sealed class SimulationTests
{
    private static readonly Arn Cluster = Arn.Cluster(Scope.Default, "default");

    private static readonly string[] Fleets =
        ["1xcpu:1024,memory:2048", "3xcpu:600,memory:4096,attribute:zone=b", "2xcpu:300,memory:700;1xcpu:4096,memory:1024"];

    private static readonly string?[] Strategies = [null, "binpack:memory", "spread:instanceId,binpack:cpu", "random", "first-fit"];

    [Fact]
    public void Given_one_instance_that_was_full_when_simulated_with_two_then_who_failed_and_who_waited_are_placed()
    {
        var fleet = new PlayedFleet();
        fleet.Instance(1);
        var first = fleet.Run(new RunTask { TaskDefinition = "large" })[0];
        fleet.Run(new RunTask { TaskDefinition = "large", WaitForCapacity = 600 });
        fleet.Now = fleet.Now.AddSeconds(30);
        Stop(fleet, first);
        fleet.Now = fleet.Now.AddSeconds(10);
        var question = Ask(fleet);

        var then = Recording.Play(question, default).Outcome;
        var same = Simulation.Play(question, null, default).Outcome;
        var more = Simulation.Play(question with { Fleet = Instances("2xcpu:1024,memory:2048") }, null, default).Outcome;

        Assert.Equal((2, 0, 0, 1), (then.Placed, then.Failed, then.Waiting, then.PeakInstances));
        Assert.Equal(((double?)0, (double?)30), (then.WaitP50, then.WaitP99));
        Assert.Equal(then, same);
        Assert.Equal((2, (double?)0, 2), (more.Placed, more.WaitP99, more.PeakInstances));
        Assert.Equal(1800, more.PeakReservedCpu);
    }

    [Fact]
    public void Given_a_refusal_when_simulated_on_a_larger_fleet_then_the_refused_are_placed_and_run_as_their_kind_did()
    {
        var fleet = new PlayedFleet();
        fleet.Instance(1);
        var placed = fleet.Run(new RunTask { TaskDefinition = "large", Count = 3 })[0];
        fleet.Now = fleet.Now.AddSeconds(60);
        Stop(fleet, placed);
        fleet.Now = fleet.Now.AddSeconds(60);
        fleet.Run(new RunTask { TaskDefinition = "small" });
        var question = Ask(fleet);

        var then = Recording.Play(question, default).Outcome;
        var larger = Simulation.Play(question with { Fleet = Instances("1xcpu:4096,memory:8192") }, null, default);

        Assert.Equal((2, 2, 4), (then.Placed, then.Failed, question.Asked.Asked));
        Assert.Equal((4, 0), (larger.Outcome.Placed, larger.Outcome.Failed));
        Assert.Equal(2, question.Asked.Assumed);
        Assert.Equal(128, larger.Points[^1].Cpu);
    }

    [Fact]
    public void Given_memory_that_is_exhausted_when_measured_then_the_cpu_beside_it_is_stranded()
    {
        var fleet = new PlayedFleet();
        fleet.Instance(1, cpu: 4096, memory: 1500);
        fleet.Run(new RunTask { TaskDefinition = "large" });
        fleet.Now = fleet.Now.AddSeconds(10);
        fleet.When(new ObserveTime());
        fleet.Instance(2, cpu: 900, memory: 9000);
        var question = Ask(fleet);

        var then = Recording.Play(question, default).Outcome;

        Assert.Equal((4096L - 900, 0L), (then.PeakStrandedCpu, then.PeakStrandedMemory));
        Assert.Equal(4096 - 900, then.StrandedCpu);
    }

    [Fact]
    public void Given_any_history_when_simulated_unchanged_then_at_least_as_much_is_placed_and_all_that_asked_are_counted() =>
        RandomHistories.Any.Sample(
            history =>
            {
                var question = Ask(RandomHistories.Play([.. history.Where(step => step.Act is
                    Act.Register or Act.Run or Act.Wait or Act.Report or Act.Time)]));
                var then = Recording.Play(question, default).Outcome;
                var same = Simulation.Play(question, null, default).Outcome;
                Assert.True(same.Placed >= then.Placed, $"{then}\n{same}");
                Assert.Equal(question.Asked.Asked, Counted(then));
                Assert.Equal(question.Asked.Asked, Counted(same));
            },
            iter: 200);

    [Fact]
    public void Given_any_history_from_any_moment_when_simulated_otherwise_then_nothing_is_overbooked_and_twice_is_the_same() =>
        Gen.Select(RandomHistories.Any, Gen.Int[0, 30], Gen.Int[0, 99], Gen.Int[0, 99]).Sample(
            (history, skipped, strategy, instances) =>
            {
                var question = Ask(RandomHistories.Play(history), skipped) with
                {
                    Strategies = AskedFleet.Strategies(Strategies[strategy % Strategies.Length]),
                    Fleet = instances % 4 == 3 ? null : Instances(Fleets[instances % 4]),
                };
                var once = Simulation.Play(question, Holds, default);
                var twice = Simulation.Play(question, null, default);
                Assert.Equal(once.Outcome, twice.Outcome);
                Assert.Equal(once.Points, twice.Points);
                Assert.Equal(question.Asked.Asked, Counted(once.Outcome));
            },
            iter: 200);

    [Theory]
    [InlineData("cpu:4096,memory:8192"), InlineData("0xcpu:1,memory:1"), InlineData("3xcpu:4096"), InlineData("")]
    [InlineData("1xcpu:1,memory:1,colour:red"), InlineData("1xcpu:1,cpu:1,memory:1"), InlineData("9999xcpu:1,memory:1;2xcpu:1,memory:1")]
    [InlineData("1xcpu:-1,memory:1"), InlineData("1xcpu:99999999999,memory:1"), InlineData("1xcpu:1,memory:1,attribute:=a")]
    public void Given_instances_that_cannot_be_when_read_then_the_error_names_them(string words) =>
        Assert.Equal("instances", Assert.Throws<RefusedException>(() => Instances(words)).Error.Field);

    [Theory]
    [InlineData("fastest"), InlineData("binpack"), InlineData("binpack:disk"), InlineData("spread:"), InlineData("random,,")]
    public void Given_a_strategy_that_is_none_when_read_then_the_error_names_it(string words) =>
        Assert.Equal("strategy", Assert.Throws<RefusedException>(() => AskedFleet.Strategies(words)).Error.Field);

    private static int Counted(Outcome outcome) => outcome.Placed + outcome.Failed + outcome.Withdrawn + outcome.Waiting;

    // What was there before the span is there however it came about; a profile may have shrunk under its tasks.
    private static void Holds(ClusterState cluster) => Assert.All(cluster.Instances.InNameOrder(), instance =>
    {
        var held = instance.Tasks.Select(task => cluster.Tasks[task].Origin.Reserved).ToList();
        Assert.Equal(held.Sum(needs => needs.Cpu), instance.ReservedCpu);
        Assert.Equal(held.Sum(needs => needs.Memory), instance.ReservedMemory);
        if (!instance.Profile.Hostname.StartsWith("simulated-", StringComparison.Ordinal)) return;

        Assert.InRange(instance.ReservedCpu, 0, instance.Profile.Resources.Cpu);
        Assert.InRange(instance.ReservedMemory, 0, instance.Profile.Resources.Memory);
    });

    private static IReadOnlyList<Contracts.Events.ContainerInstanceRegistered> Instances(string words) =>
        AskedFleet.Instances(words, Cluster, [], Happenings.At)!;

    // A span has an event at least: the endpoint refuses one without.
    private static Question Ask(PlayedFleet fleet, int skipped = 0)
    {
        skipped = Math.Min(skipped, fleet.Log.Count - 1);
        var before = fleet.Log.Take(skipped).Aggregate(FleetState.Empty, (state, e) => state.Apply(e.Data!));
        var gathering = new SpanGathering(before, Cluster);
        foreach (var e in fleet.Log.Skip(skipped)) gathering.Add(e);
        var span = gathering.Result()!;
        var commands = fleet.Decided.Select(decided => decided.Command).OfType<RunTask>().ToDictionary(run => run.CommandId!);
        return new Question { Span = span, Asked = DemandReading.Of(span, commands, _ => null) };
    }

    private static void Stop(PlayedFleet fleet, string task) => Assert.Null(fleet.When(new SubmitTaskStates
    {
        ContainerInstance = fleet.State.Tasks[task].ContainerInstanceArn,
        Session = fleet.State.FindInstance(fleet.State.Tasks[task].ContainerInstanceArn!)!.Profile.Session,
        Tasks =
        [
            new TaskObservation
            {
                TaskArn = task,
                Status = LifecycleStatus.Stopped,
                ObservedAt = fleet.Now,
                Containers = [new ContainerObservation { Name = "main", Status = LifecycleStatus.Stopped, ExitCode = 0 }],
            },
        ],
    }).Error);
}

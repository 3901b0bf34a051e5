using Ecs.Auditor.Explaining;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Tests.Explaining;

/// <summary>What a person reads.</summary>
public class TaskTextTests
{
    private const string Chosen = "(spread(attribute:zone), binpack(memory), 5 looked at)";

    private readonly PlayedFleet _fleet = new();

    public TaskTextTests()
    {
        _fleet.Instance(0x1a, memory: 300, zone: "a");
        _fleet.Instance(0x2a, zone: "a");
        _fleet.Instance(0x3b, memory: 1000, zone: "b");
        _fleet.Instance(0x4b, memory: 3000, zone: "b");
        _fleet.Instance(0x5c, zone: "c");
    }

    [Fact]
    public void Given_a_placement_by_strategies_when_told_then_filters_scores_and_what_decided_are_there()
    {
        var task = _fleet.Run(new RunTask
        {
            TaskDefinition = "middle",
            StartedBy = "nightly",
            PlacementStrategy =
            [
                new() { Type = "spread", Field = "attribute:zone" },
                new() { Type = "binpack", Field = "memory" },
            ],
            PlacementConstraints = [new() { Type = "memberOf", Expression = "attribute:zone != c" }],
        })[0];

        Assert.Equal(
            $"""
            {task}
            middle:1 was placed on instance 00000000… (machine-59) at 2026-11-22 12:00:00Z.

            It was asked for at 2026-11-22 12:00:00Z, by somebody:
              needs       300 cpu, 700 MiB
              group       family:middle, started by nightly
              constraint  memberOf: attribute:zone != c
              strategies  spread(attribute:zone), binpack(memory)

            5 instances looked at, as of position 6 of the log: 3 could have it, 2 could not.

              REASON                                       FELL   INSTANCE    MACHINE      WHY
              RESOURCE:MEMORY                              1      00000000…   machine-26   needs 700, has 300
              MemberOf placement constraint unsatisfied.   1      00000000…   machine-92   is not attribute:zone != c

            Of those the least score is the best, strategy by strategy:
                       INSTANCE    MACHINE      spread(attribute:zone)   binpack(memory)
              chosen   00000000…   machine-59   0                        1000
              2        00000000…   machine-42   0                        2048
              3        00000000…   machine-75   0                        3000
            Between the first two binpack(memory) decided.

            How it came to this:
              7      2026-11-22 12:00:00Z  middle:1 placed on instance 00000000… {Chosen}, reserves 300 cpu, 700 MiB, started by nightly,
                       because somebody asked for it.

            """.ReplaceLineEndings("\n"),
            Text(task));
    }

    [Fact]
    public void Given_equal_scores_when_told_then_it_is_said_that_the_name_decided()
    {
        var task = _fleet.Run(new RunTask
        {
            TaskDefinition = "small",
            PlacementStrategy = [new() { Type = "spread", Field = "instanceId" }],
        })[0];

        Assert.Contains(
            "All strategies found the first two alike: the name decided.", Text(task), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_no_strategy_when_told_then_the_first_by_name_is_taken()
    {
        var task = _fleet.Run(new RunTask { TaskDefinition = "small" })[0];

        var text = Text(task);
        Assert.Contains(
            "Of those the first by name is taken, since no strategy was asked for:\n", text, StringComparison.Ordinal);
        Assert.Matches("chosen +00000000… +machine-26", text);
        Assert.DoesNotContain("decided", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_named_instance_when_told_then_no_search_is_claimed()
    {
        var instance = _fleet.Instances.ElementAt(1);
        var started = _fleet.When(new StartTask { TaskDefinition = "small", ContainerInstances = [instance] });

        var text = Text(((TasksResult)started.Result!).Tasks[0].TaskArn);

        Assert.Contains(
            "small:1 was placed on instance 00000000… (machine-42), which the caller named: nothing was searched for.",
            text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("looked at", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_tasks_that_wait_when_one_is_told_then_reason_time_and_those_in_front_are_there()
    {
        var tasks = _fleet.Run(new RunTask { TaskDefinition = "large", Count = 5, WaitForCapacity = 600 });

        var first = Text(tasks[3]);
        Assert.Contains("large:1 waits for room.\n", first, StringComparison.Ordinal);
        Assert.Contains(
            "It waits since 2026-11-22 12:00:00Z and gives up at 2026-11-22 12:10:00Z.\n"
            + "Nobody who came earlier waits in front of it.\n",
            first,
            StringComparison.Ordinal);
        Assert.Matches("RESOURCE:CPU +3 +00000000… +machine-42 +needs 900, has 124", first);
        Assert.Matches(
            "1 task that came earlier is looked at before it:\n.*\n  [0-9a-f]{8}… +large:1 +900 cpu, 1500 MiB",
            Text(tasks[4]));
    }

    [Fact]
    public void Given_a_small_task_that_passed_larger_ones_when_told_then_it_says_whom_and_why()
    {
        _fleet.Run(new RunTask { TaskDefinition = "large", Count = 5, WaitForCapacity = 600 });

        var text = Text(_fleet.Run(new RunTask { TaskDefinition = "small" })[0]);

        Assert.Contains("It passed 2 tasks that came earlier and found no room:\n", text, StringComparison.Ordinal);
        Assert.Matches("[0-9a-f]{8}… +large:1 +900 cpu, 1500 MiB .* RESOURCE:CPU on 3", text);
    }

    [Fact]
    public void Given_a_task_that_gave_up_when_told_then_the_last_account_and_its_end_are_there()
    {
        var task = _fleet.Run(new RunTask { TaskDefinition = "large", Count = 4, WaitForCapacity = 600 })[3];
        _fleet.Now = _fleet.Now.AddSeconds(601);
        _fleet.When(new ObserveTime());

        var text = Text(task);

        Assert.Contains("large:1 never had a place.\n", text, StringComparison.Ordinal);
        Assert.Contains("(601.0 s); it was to give up at 2026-11-22 12:10:00Z.\n", text, StringComparison.Ordinal);
        Assert.Contains("0 could have it, 5 could not.", text, StringComparison.Ordinal);
        Assert.Contains(
            "It ended at 2026-11-22 12:10:01Z, TaskFailedToStart: No room was found within 600 s, by somebody.\n",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_task_that_waited_and_ended_when_told_then_wait_place_and_exit_are_there()
    {
        var tasks = _fleet.Run(new RunTask { TaskDefinition = "large", Count = 4, WaitForCapacity = 600 });
        _fleet.Now = _fleet.Now.AddSeconds(2);
        End(tasks[0]);
        End(tasks[3]);

        var text = Text(tasks[3]);

        Assert.Contains(
            "It waited for room from 2026-11-22 12:00:00Z to 2026-11-22 12:00:02Z (2.0 s)",
            text, StringComparison.Ordinal);
        Assert.Contains("The one that could:\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "It ended at 2026-11-22 12:00:02Z, EssentialContainerExited: Essential container in task exited; "
            + "main with exit code 3, by somebody.\n",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Given_many_instances_when_told_then_the_rest_is_a_number()
    {
        for (var number = 0x60; number < 0x70; number++) _fleet.Instance(number, memory: 100);

        var text = Text(_fleet.Run(new RunTask { TaskDefinition = "middle" })[0]);

        Assert.Matches(@"RESOURCE:MEMORY +17 +00000000… +machine-26 +needs 700, has 300\n", text);
        Assert.Contains("and 12 more", text, StringComparison.Ordinal);
    }

    private void End(string task) => _fleet.When(new SubmitTaskStates
    {
        ContainerInstance = _fleet.State.Tasks[task].ContainerInstanceArn,
        Session = Happenings.At.ToUnixTimeSeconds(),
        Tasks =
        [
            new TaskObservation
            {
                TaskArn = task,
                Status = LifecycleStatus.Stopped,
                ObservedAt = _fleet.Now,
                Containers =
                [
                    new ContainerObservation { Name = "main", Status = LifecycleStatus.Stopped, ExitCode = 3 },
                ],
            },
        ],
    });

    private string Text(string task)
    {
        var story = TaskStory.Read([.. _fleet.Log.Where(e => e.Stream == task)])!;
        var asOf = TaskExplaining.AsOf(story, _fleet.Log.Count);
        var state = _fleet.Log.TakeWhile(e => e.Position <= asOf)
            .Aggregate(FleetState.Empty, (state, e) => state.Apply(e.Data!));
        return TaskText.Of(TaskExplaining.Of(story, state, asOf, new Dictionary<long, CausingCommand>(), TaskChain.Choose(story, [])));
    }
}

using CsCheck;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Tests.Explaining;

/// <summary>Everything that can make a difference to a placement, in any order.</summary>
internal static class RandomHistories
{
    private static readonly string[] Families = ["small", "middle", "large", "port"];

    private static readonly PlacementStrategy[] Strategies =
    [
        new() { Type = "binpack", Field = "memory" },
        new() { Type = "binpack", Field = "cpu" },
        new() { Type = "spread", Field = "instanceId" },
        new() { Type = "spread", Field = "host" },
        new() { Type = "spread", Field = "attribute:zone" },
        new() { Type = "random" },
    ];

    private static readonly PlacementConstraint[] Constraints =
    [
        new() { Type = "distinctInstance" },
        new() { Type = "memberOf", Expression = "attribute:zone == a" },
        new() { Type = "memberOf", Expression = "not (attribute:own exists) or runningTasksCount < 2" },
        new() { Type = "memberOf", Expression = "task:group == family:small or attribute:zone in [b, c]" },
    ];

    public enum Act
    {
        Register,
        Run,
        Wait,
        Start,
        Stop,
        Report,
        Silence,
        Drain,
        Attributes,
        Deregister,
        Time,
    }

    public static Gen<(Act Act, int A, int B, int C)[]> Any { get; } = Gen.Select(
        Gen.Enum<Act>(), Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[0, 99]).Array[5, 60];

    public static PlayedFleet Play((Act Act, int A, int B, int C)[] history)
    {
        var fleet = new PlayedFleet();
        for (var number = 1; number <= 3; number++) fleet.Instance(number, zone: $"{(char)('a' + (number % 3))}");
        foreach (var (act, a, b, c) in history)
        {
            fleet.Now = fleet.Now.AddSeconds(1 + (a % 5));
            if (Command(fleet, act, a, b, c) is { } command) fleet.When(command);
        }

        return fleet;
    }

    private static Command? Command(PlayedFleet fleet, Act act, int a, int b, int c)
    {
        var instance = Pick(fleet.Instances, b);
        switch (act)
        {
            case Act.Register:
                return fleet.Register(1 + (a % 7), 512 + (b * 8), 1024 + (c * 16), c % 4 == 0 ? null : "b");
            case Act.Run or Act.Wait:
                return new RunTask
                {
                    TaskDefinition = Families[a % Families.Length],
                    Count = 1 + (b % 4),
                    Group = c % 5 == 0 ? "a-group" : null,
                    PlacementStrategy = [.. Some(Strategies, b)],
                    PlacementConstraints = [.. Some(Constraints, c)],
                    WaitForCapacity = act is Act.Wait ? 10 + b : null,
                };
            case Act.Start when instance is not null:
                return new StartTask
                {
                    TaskDefinition = Families[a % Families.Length],
                    ContainerInstances = [instance],
                };
            case Act.Stop:
                return Pick(fleet.State.Tasks.Keys, b) is { } stopped ? new StopTask { Task = stopped } : null;
            case Act.Report:
                return Report(fleet, a, b);
            case Act.Silence when instance is not null:
                return a % 2 == 0
                    ? new ObserveAgents { Silent = [instance] }
                    : new ObserveAgents { Heard = [instance] };
            case Act.Drain when instance is not null:
                return new UpdateContainerInstancesState
                {
                    ContainerInstances = [instance],
                    Status = a % 3 == 0 ? "DRAINING" : "ACTIVE",
                };
            case Act.Attributes when instance is not null:
                InstanceAttribute[] attributes =
                    [new InstanceAttribute { Name = a % 2 == 0 ? "own" : "zone", Value = "a", TargetId = instance }];
                return c % 3 == 0
                    ? new DeleteAttributes { Attributes = attributes }
                    : new PutAttributes { Attributes = attributes };
            case Act.Deregister when instance is not null:
                return new DeregisterContainerInstance { ContainerInstance = instance, Force = a % 2 == 0 };
            case Act.Time:
                // Past the end of waits, and at times past what a working state remembers of stopped tasks.
                fleet.Now = fleet.Now.AddSeconds(b * (c % 2 == 0 ? 2 : 60));
                return new ObserveTime();
            default:
                return null;
        }
    }

    private static SubmitTaskStates? Report(PlayedFleet fleet, int a, int b) =>
        Pick(fleet.State.Tasks.Values.Where(task => Place(fleet, task) is not null), b) is { } task
            ? new SubmitTaskStates
            {
                ContainerInstance = task.ContainerInstanceArn,
                Session = Place(fleet, task)!.Profile.Session,
                Tasks =
                [
                    new TaskObservation
                    {
                        TaskArn = task.Origin.TaskArn,
                        Status = a % 3 == 0 ? LifecycleStatus.Running : LifecycleStatus.Stopped,
                        ObservedAt = fleet.Now,
                        Containers =
                        [
                            new ContainerObservation
                            {
                                Name = "main",
                                Status = a % 3 == 0 ? LifecycleStatus.Running : LifecycleStatus.Stopped,
                                ExitCode = a % 3 == 0 ? null : b % 2,
                            },
                        ],
                    },
                ],
            }
            : null;

    private static InstanceState? Place(PlayedFleet fleet, TaskState task) =>
        task.ContainerInstanceArn is { } arn && fleet.State.TryGetInstance(arn, out var instance) ? instance : null;

    // None, one or two, as the number says.
    private static IEnumerable<T> Some<T>(T[] all, int number) => (number % 3) switch
    {
        0 => [],
        1 => [all[number % all.Length]],
        _ => [all[number % all.Length], all[number / 3 % all.Length]],
    };

    private static T? Pick<T>(IEnumerable<T> items, int number)
        where T : class
    {
        var all = items.ToList();
        return all.Count == 0 ? null : all[number % all.Count];
    }
}

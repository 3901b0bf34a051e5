using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules;
using Ecs.Rules.Definitions;
using Ecs.Rules.Placement;

namespace Ecs.Benchmarks.Past;

/// <summary>
/// A house whose log today's rules of both services wrote: ten tasks at a time are asked for, each Agent reports them
/// RUNNING and, while the next come, STOPPED.
/// </summary>
internal sealed class RuledHouse
{
    private const int Instances = 100;
    private const int TasksAtATime = 10;

    /// <summary>Tens of tasks that run at a time.</summary>
    private const int Tens = 100;

    /// <summary>From one command to the next: tasks that have stopped leave the working state.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Queue<IReadOnlyList<TaskPlaced>> _running = new();
    private readonly Rules<Families> _registry = new(
        Services.Registry, RegistryDecider.Version, OwnedKinds.Registry, RegistryDecider.Decide);

    private readonly Rules<FleetState> _scheduler;
    private Families _families = Families.Empty;
    private FleetState _fleet = FleetState.Empty;
    private TaskDefinitionRegistered? _definition;
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private int _commands;

    public RuledHouse()
    {
        var placer = new IndexPlacer();
        _scheduler = new(
            Services.Scheduler,
            SchedulerDecider.Version,
            OwnedKinds.Scheduler,
            (state, received) => SchedulerDecider.Decide(state, received, _ => _definition!.Content, placer));
    }

    /// <summary>The definition that every task is of: the Registry's first command.</summary>
    public IReadOnlyList<DecidedCommand> Define()
    {
        var decided = Decide(_registry, ref _families, new RegisterTaskDefinition
        {
            Family = "web",
            ContainerDefinitions = [new ContainerDefinition { Name = "web", Image = "example/web:1.0", Cpu = 100, Memory = 128 }],
        });
        _definition = (TaskDefinitionRegistered)decided[0].Events[0].Event;
        return decided;
    }

    /// <summary>The instances that all tasks run on.</summary>
    public IEnumerable<IReadOnlyList<DecidedCommand>> Join() => Enumerable.Range(1, Instances).Select(number =>
        Decide(_scheduler, ref _fleet, new RegisterContainerInstance
        {
            InstanceId = number.ToString("x32"),
            Session = 1,
            Hostname = $"machine-{number}",
            Resources = new InstanceResources { Cpu = 16_384, Memory = 65_536 },
            Attributes = [],
        }));

    /// <summary>The commands of ten tasks more, and of the end of ten that run.</summary>
    public IReadOnlyList<DecidedCommand> Next()
    {
        var resolved = JsonSerializer.SerializeToElement(
            new ResolvedDefinition { Arn = _definition!.TaskDefinitionArn, Digest = _definition.Digest }, EcsJson.Options);
        var run = Decide(
            _scheduler, ref _fleet, new RunTask { TaskDefinition = "web", Count = TasksAtATime }, resolved);
        var placed = run.SelectMany(command => command.Events).Select(e => e.Event).OfType<TaskPlaced>().ToList();
        if (placed.Count != TasksAtATime) throw new InvalidOperationException($"{placed.Count} tasks found room");

        var decided = run.Concat(Report(placed, LifecycleStatus.Running)).ToList();
        _running.Enqueue(placed);
        return _running.Count <= Tens
            ? decided
            : [.. decided, .. Report(_running.Dequeue(), LifecycleStatus.Stopped)];
    }

    private List<DecidedCommand> Report(IReadOnlyList<TaskPlaced> tasks, LifecycleStatus status) =>
    [
        .. tasks.GroupBy(task => task.ContainerInstanceArn).SelectMany(own => Decide(_scheduler, ref _fleet, new SubmitTaskStates
        {
            ContainerInstance = own.Key,
            Session = 1,
            Tasks = [.. own.Select(task => Observed(task, status))],
        })),
    ];

    private TaskObservation Observed(TaskPlaced task, LifecycleStatus status) => new()
    {
        TaskArn = task.TaskArn,
        Status = status,
        ObservedAt = _now,
        Containers =
        [
            new ContainerObservation
            {
                Name = "web",
                Status = status,
                RuntimeId = CanonicalJson.Digest(task.TaskArn),
                ExitCode = status is LifecycleStatus.Stopped ? 0 : null,
            },
        ],
    };

    private IReadOnlyList<DecidedCommand> Decide<TState>(
        Rules<TState> rules, ref TState state, Command command, JsonElement? resolved = null)
        where TState : IState<TState>
    {
        command = command with { CommandId = $"command-{++_commands}", Actor = "bench" };
        var outcome = GroupStep.Decide(
            rules,
            state,
            [Arrived.Of(command, rules.Service) with { Resolved = resolved }],
            new Dictionary<CommandKey, RecordedCommand>(),
            _now += Step);
        if (outcome.Answers[0] is { Fault: { } fault }) throw fault;
        if (outcome.Answers[0].Answer.Error is { } error) throw new InvalidOperationException(error.Message);

        state = outcome.State;
        return outcome.Decided;
    }

    private sealed record Rules<TState>(
        string Service,
        string Version,
        IReadOnlyCollection<ResourceKind> Kinds,
        Func<TState, Received, Decision> Of) : IDecider<TState>
        where TState : IState<TState>
    {
        public ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
            IReadOnlyList<Command> group, DateTimeOffset now, CancellationToken ct) =>
            throw new InvalidOperationException("what is looked up is given");

        public Decision Decide(TState state, Received command) => Of(state, command);
    }
}

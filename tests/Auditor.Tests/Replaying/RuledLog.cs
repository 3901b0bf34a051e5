using System.Text.Json;
using Ecs.Auditor.Replaying;
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
using Ecs.Scheduler;
using Ecs.Scheduler.Definitions;

namespace Ecs.Auditor.Tests.Replaying;

/// <summary>A log that both services' own rules wrote, a commit for each group, with gaps as a real one has.</summary>
internal sealed class RuledLog
{
    private readonly List<StoredEvent> _definitions = [];
    private readonly FleetDecider _scheduler;
    private readonly RecordedRules<Families> _registry = new(
        Services.Registry, RegistryDecider.Version, OwnedKinds.Registry, RegistryDecider.Decide);

    private long _position;
    private int _commands;

    public RuledLog() => _scheduler = new FleetDecider(new DefinitionBook((after, _) =>
        Task.FromResult<IReadOnlyList<StoredEvent>>(
            [.. _definitions.Where(e => after.TryGetValue(e.Stream, out var version) && e.Version > version)])));

    public FleetState Fleet { get; private set; } = FleetState.Empty;

    public Families Families { get; private set; } = Families.Empty;

    public DateTimeOffset Now { get; set; } = Happenings.At;

    public List<RecordedCommit> Commits { get; } = [];

    public IEnumerable<RecordedDecision> Decisions => Commits.SelectMany(commit => commit.Decisions);

    public IEnumerable<string> Placed => Fleet.Tasks.Values.Where(task => task.ContainerInstanceArn is not null)
        .Select(task => task.Origin.TaskArn).Order(StringComparer.Ordinal);

    /// <summary>One of everything: definitions, tasks that run, wait, are stopped and refused, a late command.</summary>
    public static RuledLog OfADay()
    {
        var log = new RuledLog();
        log.Define("small", 128);
        var instance = log.Join(1);
        log.Join(2);
        log.When(
            new RunTask { TaskDefinition = "small", Count = 3, PlacementStrategy = [new() { Type = "spread", Field = "instanceId" }] },
            new RunTask { TaskDefinition = "small", Count = 2, PlacementStrategy = [new() { Type = "binpack", Field = "memory" }] },
            new RunTask { TaskDefinition = "nothing" });
        log.Define("large", 1900);
        log.When(new RunTask { TaskDefinition = "large", Count = 2, WaitForCapacity = 600 });
        log.When(new RunTask { TaskDefinition = "large", Deadline = log.Now.AddHours(-1), ClientToken = "late" });
        log.Now = log.Now.AddSeconds(3);
        log.When(new StopTask { Task = log.Placed.First(), Reason = "seen enough" });
        log.When(log.Ended(instance));
        log.When(new RunTask { TaskDefinition = "small:1", ClientToken = "once" });
        log.Now = log.Now.AddHours(1);
        log.When(new ObserveTime());
        return log;
    }

    /// <summary>Registers a definition with one container.</summary>
    public void Define(string family, int memory) => When(new RegisterTaskDefinition
    {
        Family = family,
        ContainerDefinitions = [new ContainerDefinition { Name = "main", Image = "busybox:1", Memory = memory }],
    });

    /// <summary>An instance joins; gives its ARN.</summary>
    public string Join(int number)
    {
        var answer = When(new RegisterContainerInstance
        {
            InstanceId = number.ToString("x32"),
            Session = Now.ToUnixTimeSeconds(),
            Hostname = $"machine-{number}",
            Resources = new InstanceResources { Cpu = 2048, Memory = 2048 },
            Attributes = [],
        })[0];
        return answer.Result!.Value.GetProperty("containerInstance").GetProperty("containerInstanceArn").GetString()!;
    }

    /// <summary>What an Agent says when all that it has ended by itself.</summary>
    public SubmitTaskStates Ended(string instance) => new()
    {
        ContainerInstance = instance,
        Session = Fleet.FindInstance(instance)!.Profile.Session,
        Tasks =
        [
            .. Fleet.Tasks.Values.Where(task => task.ContainerInstanceArn == instance && !task.IsStopped)
                .Select(task => new TaskObservation
                {
                    TaskArn = task.Origin.TaskArn,
                    Status = LifecycleStatus.Stopped,
                    ObservedAt = Now,
                    Containers = [new ContainerObservation { Name = "main", Status = LifecycleStatus.Stopped, ExitCode = 1 }],
                }),
        ],
    };

    /// <summary>Decides a group, which is of one service, and writes what it led to; nothing, where that is nothing.</summary>
    public IReadOnlyList<Answer> When(params Command[] group)
    {
        var service = CommandTypes.Of(group[0].GetType()).Service;
        return service is Services.Registry
            ? When(_registry, group, Families, state => Families = state)
            : When(_scheduler, group, Fleet, state => Fleet = state);
    }

    private List<Answer> When<TState>(IDecider<TState> decider, Command[] group, TState state, Action<TState> keep)
        where TState : IState<TState>
    {
        var commands = group.Select(command => command with
        {
            CommandId = command.CommandId ?? $"command-{++_commands}",
            Actor = "somebody",
        }).ToList();
        var resolved = decider.Service is Services.Scheduler
            ? decider.ResolveAsync(commands, Now, CancellationToken.None).AsTask().Result
            : new JsonElement?[commands.Count];
        var outcome = GroupStep.Decide(
            decider,
            state,
            [.. commands.Select((command, i) => Arrived.Of(command, decider.Service) with { Resolved = resolved[i] })],
            new Dictionary<CommandKey, RecordedCommand>(),
            Now);
        Assert.All(outcome.Answers, answer => Assert.Null(answer.Fault));
        keep(outcome.State);
        Write(outcome.Decided);
        return [.. outcome.Answers.Select(answer => answer.Answer)];
    }

    private void Write(IReadOnlyList<DecidedCommand> decided)
    {
        if (decided.Count == 0) return;

        var before = _position;
        // A transaction that was rolled back has drawn a number.
        if (Commits.Count % 3 == 1) _position++;
        var decisions = decided.Select(command => new RecordedDecision(
            command with { Events = [.. command.Events.Select(Stored)] },
            [.. command.Events.Select(_ => ++_position)])).ToList();
        if (decisions.All(decision => decision.Positions.Count == 0)) _position = before;
        foreach (var (e, position) in decisions.SelectMany(d => d.Command.Events.Zip(d.Positions)))
        {
            if (e.Event is not (TaskDefinitionRegistered or TaskDefinitionDeregistered)) continue;
            _definitions.Add(new StoredEvent(
                position, Guid.Empty, e.Stream, e.Version, e.Name, Now, null, null, null, e.Event));
        }

        Commits.Add(new RecordedCommit(Commits.Count + 1, before, _position, decisions));
    }

    // What a reader gets has been written and read.
    private static DecidedEvent Stored(DecidedEvent e) => e with
    {
        Event = (IEvent)JsonSerializer.Deserialize(e.Data, e.Event.GetType(), EcsJson.Options)!,
    };
}

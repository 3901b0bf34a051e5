using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Scheduler;
using Ecs.Scheduler.Definitions;

namespace Ecs.Auditor.Tests.Explaining;

/// <summary>A log that the Scheduler's own decider wrote, as it is deployed, its placer included.</summary>
internal sealed class PlayedFleet
{
    private static readonly Dictionary<string, StoredEvent> Definitions = new[]
    {
        Definition("small", cpu: 128, memory: 128),
        Definition("middle", cpu: 300, memory: 700),
        Definition("large", cpu: 900, memory: 1500),
        Definition("port", cpu: 64, memory: 64, port: 8080),
    }.ToDictionary(e => e.Stream);

    private readonly FleetDecider _decider = new(new DefinitionBook((streams, _) =>
        Task.FromResult<IReadOnlyList<StoredEvent>>(
            [.. streams.Where(stream => stream.Value == 0).Select(stream => Definitions[stream.Key])])));

    private int _commands;

    public FleetState State { get; private set; } = FleetState.Empty;

    public DateTimeOffset Now { get; set; } = Happenings.At;

    public List<StoredEvent> Log { get; } = [];

    /// <summary>Every command with what it led to.</summary>
    public List<(Command Command, IReadOnlyList<IEvent> Events)> Decided { get; } = [];

    public IEnumerable<string> Instances => State.Instances.Select(instance => instance.Arn);

    /// <summary>Decides a command and writes what it led to.</summary>
    public Decision When(Command command)
    {
        command = command with { CommandId = $"command-{++_commands}", Actor = "somebody" };
        var resolved = _decider.ResolveAsync([command], Now, CancellationToken.None).AsTask().Result[0];
        var decision = _decider.Decide(State, new Received(command, Now, resolved));
        Decided.Add((command, decision.Events));
        foreach (var e in decision.Events)
        {
            State = State.Apply(e);
            Log.Add(new StoredEvent(
                Log.Count + 1, Guid.Empty, e.Stream, State.VersionOf(e.Stream), EventTypes.NameOf(e), Now,
                command.CommandId, null, command.Actor, Stored(e)));
        }

        return decision;
    }

    /// <summary>What an Agent says that joins, in a zone.</summary>
    public RegisterContainerInstance Register(int number, int cpu, int memory, string? zone) => new()
    {
        InstanceId = number.ToString("x32"),
        Session = Now.ToUnixTimeSeconds(),
        Hostname = $"machine-{number}",
        Resources = new InstanceResources { Cpu = cpu, Memory = memory },
        Attributes = zone is null ? [] : [new NameValue("zone", zone)],
    };

    /// <summary>An instance with room, in a zone.</summary>
    public string Instance(int number, int cpu = 1024, int memory = 2048, string? zone = null)
    {
        var decision = When(Register(number, cpu, memory, zone));
        Assert.Null(decision.Error);
        return ((ContainerInstanceResult)decision.Result!).ContainerInstance.ContainerInstanceArn;
    }

    /// <summary>Tasks, those that wait too.</summary>
    public IReadOnlyList<string> Run(RunTask command)
    {
        var decision = When(command);
        Assert.Null(decision.Error);
        return [.. ((TasksResult)decision.Result!).Tasks.Select(task => task.TaskArn)];
    }

    // What a reader gets has been written and read.
    private static IEvent Stored(IEvent e) => (IEvent)JsonSerializer.Deserialize(
        CanonicalJson.Bytes(JsonSerializer.SerializeToElement(e, e.GetType(), EcsJson.Options)),
        e.GetType(),
        EcsJson.Options)!;

    private static StoredEvent Definition(string family, int cpu, int memory, int? port = null)
    {
        var content = new TaskDefinitionContent
        {
            ContainerDefinitions =
            [
                new ContainerDefinition
                {
                    Name = "main",
                    Image = "busybox:1",
                    Cpu = cpu,
                    Memory = memory,
                    Essential = true,
                    PortMappings = port is { } fixedPort
                        ? [new PortMapping { ContainerPort = 80, HostPort = fixedPort, Protocol = "tcp" }]
                        : [],
                },
            ],
        };
        var registered = new TaskDefinitionRegistered
        {
            TaskDefinitionArn = Arn.TaskDefinition(Scope.Default, family, 1).ToString(),
            Family = family,
            Revision = 1,
            Content = content,
            Digest = CanonicalJson.Digest(content),
            At = Happenings.At,
        };
        return new StoredEvent(
            1, Guid.Empty, registered.Stream, 1, EventTypes.NameOf(registered), Happenings.At, null, null, null,
            registered);
    }
}

using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules;
using Ecs.Rules.Definitions;
using Ecs.Rules.Placement;
using Ecs.Scheduler.Definitions;

namespace Ecs.Scheduler.Tests;

/// <summary>
/// A state and the rules that move it: commands go in, events and answers come out, nothing else is there.
/// </summary>
internal sealed class Fleet
{
    public const string Definition = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:1";

    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, TaskDefinitionContent> _contents = new(StringComparer.Ordinal);
    private int _commands;

    public FleetState State { get; private set; } = FleetState.Empty;

    public DateTimeOffset Now { get; set; } = Noon;

    public List<IEvent> Log { get; } = [];

    /// <summary>What the tags of the definition are that commands name.</summary>
    public IReadOnlyList<Tag>? DefinitionTags { get; set; }

    public IPlacer Placer { get; init; } = new IndexPlacer();

    public Decision Last { get; private set; } = Decision.Accept(null);

    /// <summary>Decides a command and applies what it led to, as the writer does.</summary>
    public Decision When(Command command, TaskDefinitionContent? definition = null)
    {
        JsonElement? resolved = null;
        if (command is IRunsDefinition run)
        {
            var content = definition ?? Web();
            var digest = CanonicalJson.Digest(content);
            _contents[digest] = content;
            resolved = JsonSerializer.SerializeToElement(
                new ResolvedDefinition
                {
                    Arn = Definition,
                    Digest = digest,
                    Tags = run.PropagateTags is "TASK_DEFINITION" ? DefinitionTags : null,
                },
                EcsJson.Options);
        }

        command = command.CommandId is null ? command with { CommandId = $"command-{++_commands}" } : command;
        Last = SchedulerDecider.Decide(
            State, new Received(command, Now, resolved), digest => _contents[digest], Placer);
        foreach (var e in Last.Events)
        {
            State = State.Apply(e);
            Log.Add(e);
        }

        return Last;
    }

    public T Result<T>() => Assert.IsType<T>(Last.Result);

    public string Instance(int number = 1, int cpu = 2048, int memory = 4096, long session = 1)
    {
        When(Register(number, cpu, memory, session));
        Assert.Null(Last.Error);
        return Result<ContainerInstanceResult>().ContainerInstance.ContainerInstanceArn;
    }

    public string Task(TaskDefinitionContent? definition = null)
    {
        When(new RunTask { TaskDefinition = "web" }, definition);
        return Assert.Single(Result<TasksResult>().Tasks).TaskArn;
    }

    public static RegisterContainerInstance Register(int number, int cpu = 2048, int memory = 4096, long session = 1) =>
        new()
        {
            InstanceId = number.ToString("x32"),
            Session = session,
            Hostname = $"machine-{number}",
            Resources = new InstanceResources { Cpu = cpu, Memory = memory, Ports = [22] },
        };

    public static TaskDefinitionContent Web(int cpu = 256, int memory = 512, int hostPort = 0) => new()
    {
        ContainerDefinitions =
        [
            new ContainerDefinition
            {
                Name = "web",
                Image = "web:1",
                Cpu = cpu,
                Memory = memory,
                Essential = true,
                PortMappings = [new PortMapping { ContainerPort = 80, HostPort = hostPort, Protocol = "tcp" }],
            },
        ],
    };

    public SubmitTaskStates Report(
        string instance, string task, LifecycleStatus status, int? exitCode = null, StopCode? code = null) => new()
        {
            ContainerInstance = instance,
            Session = State.FindInstance(instance)!.Profile.Session,
            Tasks = [Seen(task, status, exitCode, code)],
        };

    public static TaskObservation Seen(
        string task, LifecycleStatus status, int? exitCode = null, StopCode? code = null) => new()
        {
            TaskArn = task,
            Status = status,
            StopCode = code,
            StartedAt = status is LifecycleStatus.Running ? Noon : null,
            StoppedAt = status is LifecycleStatus.Stopped ? Noon : null,
            ObservedAt = Noon,
            Containers =
            [
                new ContainerObservation
                {
                    Name = "web",
                    Status = status is LifecycleStatus.Stopping ? LifecycleStatus.Stopped : status,
                    RuntimeId = "docker-id",
                    ExitCode = exitCode,
                },
            ],
        };
}

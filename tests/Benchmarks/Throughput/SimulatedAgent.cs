using System.Security.Cryptography;
using System.Text;
using Ecs.Agent.Reporting;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Benchmarks.Throughput;

/// <summary>
/// An Agent without Docker: it registers, beats, consumes its own queue and reports through the real Agent's reporter.
/// A task runs at once, and stops as soon as the log knows that it runs.
/// </summary>
internal sealed class SimulatedAgent : IAsyncDisposable
{
    /// <summary>As the real Agent beats.</summary>
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _end = new();
    private readonly TaskBoard _board;
    private readonly Reporter _reporter;
    private readonly string _arn;
    private readonly List<Task> _duties = [];
    private IAsyncDisposable? _listening;

    private SimulatedAgent(string arn, ICommandSender sender, TaskBoard board)
    {
        _arn = arn;
        _board = board;
        _reporter = new Reporter(sender, TimeProvider.System, NullLogger<Reporter>.Instance);
    }

    public static async Task<SimulatedAgent> JoinAsync(
        int number, int room, ICommandSender sender, IAgentEndpoint endpoint, IHeartbeats heartbeats, TaskBoard board)
    {
        var id = $"{number:x32}";
        var arn = Arn.ContainerInstance(Scope.Default, "default", id).ToString();
        var agent = new SimulatedAgent(arn, sender, board);
        agent._listening = await endpoint.ListenAsync(id, agent.HearAsync, agent._end.Token);
        await agent.RegisterAsync(id, room, sender);
        var origin = new SubmitTaskStates { Actor = arn, ContainerInstance = arn, Session = 1 };
        agent._duties.Add(agent._reporter.RunAsync(origin, agent.Answered, static () => false, agent._end.Token));
        agent._duties.Add(agent.BeatAsync(heartbeats));
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_duties).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_listening is not null) await _listening.DisposeAsync();
        _end.Dispose();
    }

    private async Task RegisterAsync(string id, int room, ICommandSender sender)
    {
        var answer = await sender.SendAsync(
            new RegisterContainerInstance
            {
                CommandId = $"register-{id}",
                InstanceId = id,
                Session = 1,
                Hostname = "simulated",
                Resources = new InstanceResources
                {
                    Cpu = room * Client.TaskCpu,
                    Memory = room * Client.TaskMemory,
                },
                Attributes = [],
                VersionInfo = new VersionInfo { AgentVersion = "simulated", DockerVersion = "none" },
            },
            Patience,
            _end.Token);
        if (answer.Error is { } error) throw new InvalidOperationException($"an Agent was refused: {error.Message}");
    }

    private Task HearAsync(Assignments message, CancellationToken ct)
    {
        var now = DateTimeOffset.UtcNow;
        _board.Heard();
        foreach (var task in message.Tasks)
        {
            if (task.DesiredStatus is not DesiredStatus.Running || !_board.Receive(task.TaskArn, now)) continue;
            _reporter.Tell(Seen(task.TaskArn, task.Containers![0].Name!, LifecycleStatus.Running, now));
        }

        return Task.CompletedTask;
    }

    private void Answered(TaskObservation told, bool mustStop)
    {
        if (told.Status is LifecycleStatus.Running)
        {
            var container = told.Containers[0].Name;
            _reporter.Tell(Seen(told.TaskArn, container, LifecycleStatus.Stopped, DateTimeOffset.UtcNow));
        }
        else
        {
            _board.Stopped(told.TaskArn);
        }
    }

    private async Task BeatAsync(IHeartbeats heartbeats)
    {
        using var timer = new PeriodicTimer(BeatEvery);
        do
        {
            await heartbeats.SendAsync(new Heartbeat { ContainerInstanceArn = _arn, Session = 1 }, _end.Token);
        }
        while (await timer.WaitForNextTickAsync(_end.Token));
    }

    /// <summary>What an Agent tells of a task of one container, as long as the real one tells it.</summary>
    private static TaskObservation Seen(string task, string container, LifecycleStatus status, DateTimeOffset now)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(task)));
        var hasStopped = status is LifecycleStatus.Stopped;
        return new TaskObservation
        {
            TaskArn = task,
            Status = status,
            PullStartedAt = now,
            PullStoppedAt = now,
            StartedAt = now,
            StoppedAt = hasStopped ? now : null,
            ObservedAt = now,
            Containers =
            [
                new ContainerObservation
                {
                    Name = container,
                    Status = status,
                    RuntimeId = digest,
                    ImageDigest = $"sha256:{digest}",
                    ExitCode = hasStopped ? 0 : null,
                    StartedAt = now,
                    StoppedAt = hasStopped ? now : null,
                },
            ],
        };
    }
}

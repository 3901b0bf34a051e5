using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;

namespace Ecs.Benchmarks.Api;

/// <summary>
/// A cluster with as many tasks as are asked for, on doubles of instances that beat and start nothing: there is something
/// to list and to describe.
/// </summary>
internal sealed class FullCluster(ICommandSender sender, IHeartbeats heartbeats) : IAsyncDisposable
{
    public const string Family = "benchmark-api";
    private const int Instances = 10;
    private const int TaskMemory = 8;
    private const int InFlight = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _instances = [];
    private readonly List<string> _tasks = [];
    private Task _beating = Task.CompletedTask;

    /// <summary>The first hundred.</summary>
    public IReadOnlyList<string> Tasks => _tasks;

    /// <summary>What is registered, for a first time and again.</summary>
    public static RegisterTaskDefinition Definition => new()
    {
        CommandId = NewId(),
        Family = Family,
        ContainerDefinitions =
        [
            new ContainerDefinition { Name = "web", Image = "example/web:1.0", Cpu = 1, Memory = TaskMemory, Command = ["serve"] },
        ],
    };

    public async Task FillAsync(int tasks)
    {
        await AskAsync(Definition);
        for (var i = 1; i <= Instances; i++) _instances.Add(await JoinAsync(i, (tasks / Instances * 2) + 100_000));
        _beating = BeatAsync();
        using var places = new SemaphoreSlim(InFlight, InFlight);
        var running = new List<Task>();
        // A heartbeat must have come before anything is placed: the first one is asked for until it is.
        while (_tasks.Count == 0) await RunTenAsync();
        for (var i = 1; i < tasks / RunTask.MaxCount; i++)
        {
            await places.WaitAsync();
            running.Add(RunAsync(places));
        }

        await Task.WhenAll(running);
    }

    /// <summary>Lists half of the tasks, and gives the token of the page behind them; null where one page holds all.</summary>
    public async Task<string?> MiddleAsync(int tasks)
    {
        string? next = null;
        for (var listed = 0; listed < tasks / 2; listed += Paging.MaxResults)
        {
            var page = await AskAsync(new ListTasks { CommandId = NewId(), NextToken = next });
            next = page.Deserialize<ListTasksResult>(EcsJson.Options)!.NextToken;
        }

        return next;
    }

    public static string NewId() => Guid.NewGuid().ToString("N");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task RunAsync(SemaphoreSlim places)
    {
        try
        {
            await RunTenAsync();
        }
        finally
        {
            places.Release();
        }
    }

    private async Task RunTenAsync()
    {
        var result = await AskAsync(new RunTask
        {
            CommandId = NewId(),
            TaskDefinition = Family,
            Count = RunTask.MaxCount,
            PlacementStrategy = [new PlacementStrategy { Type = "spread", Field = "instanceId" }],
        });
        var arns = result.Deserialize<TasksResult>(EcsJson.Options)!.Tasks.Select(task => task.TaskArn).ToList();
        lock (_tasks)
        {
            if (_tasks.Count < 100) _tasks.AddRange(arns);
        }
    }

    private async Task<string> JoinAsync(int number, int room)
    {
        var id = $"{number:x32}";
        await AskAsync(new RegisterContainerInstance
        {
            CommandId = $"register-{id}",
            InstanceId = id,
            Session = 1,
            Hostname = "double",
            Resources = new InstanceResources { Cpu = room, Memory = room * TaskMemory },
            Attributes = [],
            VersionInfo = new VersionInfo { AgentVersion = "double", DockerVersion = "none" },
        });
        return Arn.ContainerInstance(Scope.Default, "default", id).ToString();
    }

    private async Task<JsonElement> AskAsync(Command command)
    {
        var answer = await sender.SendAsync(command, Patience, _end.Token);
        return answer.Error is { } error
            ? throw new InvalidOperationException($"{command.GetType().Name}: {error.Message}")
            : answer.Result!.Value;
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(BeatEvery);
        do
        {
            foreach (var arn in _instances)
            {
                await heartbeats.SendAsync(new Heartbeat { ContainerInstanceArn = arn, Session = 1 }, _end.Token);
            }
        }
        while (await timer.WaitForNextTickAsync(_end.Token));
    }
}

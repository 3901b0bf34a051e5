using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Benchmarks.Throughput;

/// <summary>Whoever runs the tasks: sends RunTasks over the bus, a bounded number of them under way.</summary>
internal sealed class Client(ICommandSender sender, TaskBoard board, Shape shape)
{
    public const int TaskCpu = 10;
    public const int TaskMemory = 64;

    private const string Family = "benchmark-throughput";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task RegisterAsync()
    {
        var answer = await sender.SendAsync(
            new RegisterTaskDefinition
            {
                CommandId = "register-definition",
                Family = Family,
                ContainerDefinitions =
                [
                    new ContainerDefinition
                    {
                        Name = "web",
                        Image = "example/web:1.0",
                        Cpu = TaskCpu,
                        Memory = TaskMemory,
                        Environment = [new NameValue("MODE", "benchmark")],
                        Command = ["serve", "--port", "8080"],
                    },
                ],
            },
            Patience,
            CancellationToken.None);
        if (answer.Error is { } error) throw new InvalidOperationException($"no definition: {error.Message}");
    }

    /// <summary>Runs the tasks of one round, and returns when the log knows all of them as STOPPED.</summary>
    public async Task RunAsync()
    {
        using var places = new SemaphoreSlim(shape.InFlight, shape.InFlight);
        var running = new List<Task>(shape.Commands);
        for (var i = 0; i < shape.Commands; i++)
        {
            await places.WaitAsync();
            running.Add(RunTasksAsync(places));
        }

        await Task.WhenAll(running).WaitAsync(Patience);
    }

    private async Task RunTasksAsync(SemaphoreSlim places)
    {
        try
        {
            var result = await AskAsync();
            await Task.WhenAll(result.Tasks.Select(task => board.StoppedAsync(task.TaskArn)));
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<TasksResult> AskAsync()
    {
        var command = new RunTask
        {
            CommandId = Guid.NewGuid().ToString("N"),
            Actor = "benchmark",
            TaskDefinition = Family,
            Count = Shape.Count,
            PlacementStrategy = [new PlacementStrategy { Type = "spread", Field = "instanceId" }],
        };
        var answer = await sender.SendAsync(command, Patience, CancellationToken.None);
        var result = answer.Result?.Deserialize<TasksResult>(EcsJson.Options);
        return result is { Failures: [], Tasks.Count: Shape.Count }
            ? result
            : throw new InvalidOperationException(
                $"RunTask: {answer.Error?.Message ?? string.Join(", ", result?.Failures ?? [])}");
    }
}

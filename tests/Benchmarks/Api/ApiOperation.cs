using Ecs.Bus;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Benchmarks.Api;

/// <summary>One operation, asked for over HTTP and on the bus in the same words.</summary>
internal sealed record ApiOperation(string Name, string Operation, Func<object> Body, Func<Command> Command)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>All of them.</summary>
    /// <param name="tasks">A hundred tasks that are there.</param>
    /// <param name="middle">The token of a page amid the list of all tasks.</param>
    public static IReadOnlyList<ApiOperation> All(IReadOnlyList<string> tasks, string? middle)
    {
        var (one, hundred) = (tasks.Take(1).ToArray(), tasks.Take(100).ToArray());
        return
        [
            new("DescribeTasks of 1", "DescribeTasks", () => new { tasks = one }, () => new DescribeTasks { Tasks = one }),
            new("DescribeTasks of 100", "DescribeTasks", () => new { tasks = hundred }, () => new DescribeTasks { Tasks = hundred }),
            new("ListTasks, a page of 100", "ListTasks", () => new { }, () => new ListTasks()),
            new("ListTasks, a middle page", "ListTasks", () => new { nextToken = middle }, () => new ListTasks { NextToken = middle }),
            new("RegisterTaskDefinition", "RegisterTaskDefinition", () => new
            {
                family = FullCluster.Family,
                containerDefinitions = new[]
                {
                    new { name = "web", image = "example/web:1.0", cpu = 1, memory = 8, command = new[] { "serve" } },
                },
            }, () => FullCluster.Definition),
            new(
                "RunTask",
                "RunTask",
                () => new { taskDefinition = FullCluster.Family, placementStrategy = new[] { new { type = "spread", field = "instanceId" } } },
                () => new RunTask
                {
                    TaskDefinition = FullCluster.Family,
                    PlacementStrategy = [new PlacementStrategy { Type = "spread", Field = "instanceId" }],
                }),
        ];
    }

    public async Task OverHttpAsync(OneTask.Gateway gateway) => await gateway.CallAsync(Operation, Body());

    public async Task OnTheBusAsync(ICommandSender sender)
    {
        var answer = await sender.SendAsync(
            Command() with { CommandId = FullCluster.NewId() }, Patience, CancellationToken.None);
        if (answer.Error is { } error) throw new InvalidOperationException($"{Name}: {error.Message}");
    }
}

using System.Text.Json.Nodes;
using Ecs.EndToEnd.Clients;

namespace Ecs.EndToEnd.House;

/// <summary>A test on a running stack. Where it fails, what the services wrote is printed with it.</summary>
public abstract class StackTest(EcsStack stack) : IAsyncLifetime
{
    private static int _names;

    internal EcsStack Stack { get; } = stack;

    internal EcsApi Api => Stack.Api;

    internal BusClient Bus => Stack.Bus;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.TestState?.Result is not TestResult.Failed) return ValueTask.CompletedTask;

        var output = TestContext.Current.TestOutputHelper!;
        foreach (var service in Stack.Services)
        {
            var state = service.IsRunning ? "runs" : $"ended with {service.ExitCode}";
            output.WriteLine($"===== {service.Name} ({state})");
            output.WriteLine(service.Tail());
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>A name that no other test of this run has.</summary>
    protected static string NewName(string what) => $"{what}-{Interlocked.Increment(ref _names)}";

    /// <summary>Registers one container that runs a line of shell, and gives <c>family:revision</c>.</summary>
    internal async Task<string> DefineAsync(string family, string script, int cpu = 1, int memory = Containers.Memory)
    {
        var reply = await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[] { Containers.Shell("main", script, cpu, memory) },
        });
        return $"{family}:{reply["taskDefinition"]!["revision"]}";
    }

    /// <summary>Runs tasks and gives their ARNs; there must be room for all of them.</summary>
    internal async Task<IReadOnlyList<string>> RunAsync(
        string cluster, string definition, int count = 1, object? overrides = null, string? clientToken = null)
    {
        var body = new Dictionary<string, object>
        {
            ["cluster"] = cluster,
            ["taskDefinition"] = definition,
            ["count"] = count,
        };
        if (overrides is not null) body["overrides"] = overrides;
        if (clientToken is not null)
        {
            body["clientToken"] = clientToken;
            // That no Agent is heard would be the answer to the token for good.
            await AgentsAreHeardAsync(cluster);
        }

        var reply = await UntilHeardAsync(() => Api.CallAsync("RunTask", body));
        Assert.True(reply["failures"]!.AsArray().Count == 0, $"RunTask found no room: {reply["failures"]}");
        return [.. reply["tasks"]!.AsArray().Select(task => (string)task!["taskArn"]!)];
    }

    /// <summary>
    /// Asks for tasks, over the API or the bus, until an Agent is heard: one that the machine keeps from beating for a while
    /// gets none for as long. Over the bus each asking has an id of its own.
    /// </summary>
    internal static Task<JsonNode> UntilHeardAsync(Func<Task<JsonNode>> ask) => Eventually.GetAsync(
        "an Agent is heard", ask, answer => !IsAgentMissing(answer["result"] ?? answer), retry: false);

    /// <summary>Waits until all Agents of a cluster are heard, in front of a program that asks for tasks but once.</summary>
    internal Task AgentsAreHeardAsync(string cluster = "default") => Eventually.HoldsAsync(
        $"all Agents of {cluster} are heard",
        async () =>
        {
            var listed = await Api.CallAsync("ListContainerInstances", new { cluster });
            var shown = await Api.CallAsync(
                "DescribeContainerInstances", new { cluster, containerInstances = listed["containerInstanceArns"] });
            return shown["containerInstances"]!.AsArray().All(instance => (bool)instance!["agentConnected"]!);
        });

    /// <summary>Whether nothing was placed because no Agent was heard.</summary>
    internal static bool IsAgentMissing(JsonNode reply) =>
        reply["tasks"] is JsonArray { Count: 0 }
        && reply["failures"]!.AsArray().Any(failure => (string?)failure!["reason"] == "AGENT");

    /// <summary>One task as DescribeTasks shows it.</summary>
    internal async Task<JsonNode> TaskAsync(string cluster, string taskArn)
    {
        var reply = await Api.CallAsync("DescribeTasks", new { cluster, tasks = new[] { taskArn } });
        return reply["tasks"]!.AsArray().SingleOrDefault() ?? throw new InvalidOperationException($"{reply}");
    }

    /// <summary>Waits for a task's status; a task that stopped instead is told with its reasons.</summary>
    internal async Task<JsonNode> WhenAsync(string cluster, string taskArn, string status, TimeSpan? patience = null)
    {
        var task = await Eventually.GetAsync(
            $"{taskArn} is {status}",
            () => TaskAsync(cluster, taskArn),
            task => (string?)task["lastStatus"] is { } now && (now == status || now == "STOPPED"),
            patience,
            task => task.ToJsonString());
        Assert.True((string?)task["lastStatus"] == status, $"it is not {status}: {task.ToJsonString()}");
        return task;
    }

    /// <summary>Stops what still runs in a cluster and waits until its containers have ended.</summary>
    internal async Task StopAllAsync(string cluster)
    {
        var tasks = await ListAsync(cluster);
        foreach (var task in tasks)
        {
            await Api.CallAsync("StopTask", new { cluster, task, reason = "the test is over" });
        }

        await Eventually.HoldsAsync($"every task of {cluster} is STOPPED", async () =>
        {
            var reply = await Api.CallAsync("DescribeClusters", new { clusters = new[] { cluster } });
            var shown = reply["clusters"]![0]!;
            return (int)shown["runningTasksCount"]! == 0 && (int)shown["pendingTasksCount"]! == 0;
        }, Eventually.PatienceFor(tasks.Count));
    }

    /// <summary>All tasks of a cluster that are meant to run, every page.</summary>
    internal async Task<IReadOnlyList<string>> ListAsync(string cluster, string desiredStatus = "RUNNING")
    {
        var arns = new List<string>();
        string? next = null;
        do
        {
            var page = await Api.CallAsync("ListTasks", new { cluster, desiredStatus, nextToken = next });
            arns.AddRange(page["taskArns"]!.AsArray().Select(arn => (string)arn!));
            next = (string?)page["nextToken"];
        }
        while (next is not null);
        return arns;
    }
}

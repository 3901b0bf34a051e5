using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Faults;

[Collection(FaultTests.Name)]
public sealed class RestartedBackbone(FaultyStack stack) : FaultTest(stack)
{
    /// <summary>RunTasks in each run.</summary>
    private const int Count = 100;

    /// <summary>How long both are away when both are killed: the long run shows an outage of minutes.</summary>
    private static readonly TimeSpan Outage = TestSettings.Lasting(TimeSpan.FromSeconds(5), inSoak: TimeSpan.FromMinutes(5));

    [Fact]
    public Task Given_a_hundred_RunTasks_when_RabbitMQ_is_restarted_in_them_then_each_runs_once_or_says_why_not() =>
        RunThroughAsync("rabbit", Stack.Backbone.RabbitMq.RestartAsync);

    [Fact]
    public Task Given_a_hundred_RunTasks_when_PostgreSQL_is_restarted_in_them_then_each_runs_once_or_says_why_not() =>
        RunThroughAsync("postgres", Stack.Backbone.Postgres.RestartAsync);

    [Fact]
    public Task Given_a_hundred_RunTasks_when_both_are_killed_in_them_then_each_runs_once_or_says_why_not() =>
        RunThroughAsync("both", KillBothAsync);

    private async Task RunThroughAsync(string name, Func<Task> breakAsync)
    {
        var cluster = NewName(name);
        var agent = await Stack.AgentAsync(cluster);
        var definition = await DefineAsync(cluster, Containers.Sleep);
        var middle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = InsistAsync(cluster, definition, Count, accepted =>
        {
            if (accepted >= Count / 3) middle.TrySetResult();
        });

        await Task.WhenAny(middle.Task, running);
        await breakAsync();

        await EachIsRunningOrStoppedAsync(cluster, await running);
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
    }

    private async Task KillBothAsync()
    {
        await Task.WhenAll(Stack.Backbone.RabbitMq.KillAsync(), Stack.Backbone.Postgres.KillAsync());
        await Task.Delay(Outage, Cancel);
        await Task.WhenAll(Stack.Backbone.RabbitMq.StartAsync(), Stack.Backbone.Postgres.StartAsync());
    }
}

using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;
using Ecs.Leading;
using Ecs.Model.TaskDefinitions;
using Ecs.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ecs.EndToEnd.Faults;

[Collection(FaultTests.Name)]
public sealed class PausedRelay(FaultyStack stack) : FaultTest(stack)
{
    private const int Count = 1_000;

    /// <summary>
    /// The Registry is the real one, hosted by the test so that its relay can be held: whatever the Scheduler knew of a
    /// definition only through an event, it would not know here.
    /// </summary>
    [Fact]
    public async Task Given_the_Registrys_relay_is_paused_when_definitions_are_registered_then_each_runs_at_once()
    {
        var cluster = NewName("at-once");
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        await using var room = await SilentAgent.JoinAsync(Stack, cluster, cpu: 1_000_000, memory: 1_000_000);
        await Stack.Registry.TerminateAsync();
        await using var registry = RegistryProgram.Build(
        [
            $"--ECS_BUS_URI={Stack.Backbone.BusUri}", $"--ECS_LOG_CONNECTION={Stack.Backbone.LogConnectionOf("registry")}",
            $"--ECS_HTTP=http://127.0.0.1:{TestSettings.FreePort()}",
        ]);
        var relay = registry.Services.GetRequiredService<LeadingService<Families>>();
        relay.PauseRelay();
        await registry.StartAsync(Cancel);
        await using var heard = await Bus.ListenAsync("task-definition.#");

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Count),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel },
            async (number, _) =>
            {
                var definition = await DefineAsync($"{cluster}-{number}", "true");
                await RunAsync(cluster, definition);
            });

        Assert.Equal(Count, (await ListAsync(cluster)).Count);
        Assert.Empty(heard.Heard);
        relay.ResumeRelay();
        await Eventually.HoldsAsync(
            "the relay tells them all", () => heard.Heard.DistinctBy(e => e.Position).Count() == Count);
        await registry.StopAsync(Cancel);
        await Stack.Registry.StartReadyAsync();
    }
}

using System.Text.Json.Nodes;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Reading;

/// <summary>The whole log folded and decided afresh, again and again, while both services write.</summary>
[Collection(CalmTests.Name)]
public sealed class ReplayWhileWriting(CalmStack stack) : StackTest(stack)
{
    /// <summary>Replays while commands flow.</summary>
    private const int Replays = 8;

    /// <summary>How often one of them is taken where a service was not compared, because it was late.</summary>
    private const int Tries = 3;

    /// <summary>The exit code where no service was compared.</summary>
    private const int NothingCompared = 6;

    [Fact]
    public async Task Given_commands_that_flow_when_replayed_again_and_again_then_states_and_decisions_are_always_the_services_own()
    {
        var ecs = Tool.Ecs(Stack);
        var family = NewName("replayed");
        await DefineAsync(family, Containers.Sleep);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var writing = Task.WhenAll(DefineAsync(family, enough.Token), RunAsync(family, enough.Token));

        var positions = new List<(long Scheduler, long Registry)>();
        for (var i = 0; i < Replays; i++)
        {
            var replay = await ReplayAsync(ecs);
            positions.Add((Live("scheduler"), Live("registry")));
            var decisions = (await ecs.RunAsync("replay", "--decisions", "--json")).Good().Json;
            Assert.Equal(0, (int)decisions["different"]!);

            long Live(string service)
            {
                var state = replay["states"]!.AsArray().Single(state => (string)state!["service"]! == service)!;
                Assert.Empty(state["differences"]!.AsArray());
                Assert.True((int)state["compared"]! > 0);
                Assert.True(state["livePosition"] is not null, $"{service} was not compared: {state["liveWhy"]}");
                return (long)state["livePosition"]!;
            }
        }

        await enough.CancelAsync();
        await writing;
        // Both have gone on while they were compared.
        Assert.True(positions[^1].Scheduler > positions[0].Scheduler);
        Assert.True(positions[^1].Registry > positions[0].Registry);
        Write(await ecs.RunAsync("replay"));
        Write(await ecs.RunAsync("replay", "--decisions"));
    }

    // A difference has an exit code of its own, and fails at once.
    private static async Task<JsonNode> ReplayAsync(Tool ecs)
    {
        for (var tries = 1; ; tries++)
        {
            var run = await ecs.RunAsync("replay", "--json");
            var isLate = run.Output.Contains("it did not answer within", StringComparison.Ordinal);
            if (!isLate || tries == Tries || run.ExitCode is not (0 or NothingCompared)) return run.Good().Json;
        }
    }

    private async Task DefineAsync(string family, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested) await DefineAsync(family, Containers.Sleep);
    }

    private async Task RunAsync(string family, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            foreach (var task in await RunAsync("default", family, count: 2)) await Api.CallAsync("StopTask", new { task });
        }
    }

    private static void Write(ToolRun run) => TestContext.Current.TestOutputHelper!.WriteLine(run.Good().ToString());
}

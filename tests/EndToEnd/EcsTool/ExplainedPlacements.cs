using Ecs.EndToEnd.AwsCli;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.EcsTool;

/// <summary>What <c>ecs explain</c> tells a person, and where tasks go by the tool's own words.</summary>
[Collection(CalmTests.Name)]
public sealed class ExplainedPlacements(CalmStack stack) : StackTest(stack)
{
    [Fact]
    public async Task Given_tasks_that_are_placed_wait_or_are_refused_when_explained_then_each_is_told_why()
    {
        var ecs = Tool.Ecs(Stack);
        var cluster = NewName("explained");
        (await ecs.RunAsync("create-cluster", cluster)).Good();
        await using var cellar = await SilentAgent.JoinAsync(Stack, cluster, 1024, 300, "cellar");
        await using var attic = await SilentAgent.JoinAsync(Stack, cluster, 1024, 2000, "attic");
        await using var garage = await SilentAgent.JoinAsync(Stack, cluster, 1024, 900, "garage");
        await using var office = await SilentAgent.JoinAsync(Stack, cluster, 1024, 4000, "office");
        (await ecs.RunAsync("put-attributes", office.InstanceId, "zone=away", "--cluster", cluster)).Good();
        var definition = await DefineAsync(NewName("web"), "sleep 1", cpu: 100, memory: 512);
        var large = await DefineAsync(NewName("import"), "sleep 1", cpu: 100, memory: 8000);
        await AgentsAreHeardAsync(cluster);

        var waiting = await StartAsync(ecs, large, cluster, "--wait-for-capacity", "600");
        var placed = await StartAsync(
            ecs, definition, cluster, "--placement-constraint", "memberOf:attribute:zone != away",
            "--placement-strategy", "binpack:memory");
        var told = (await ecs.RunAsync("explain", placed)).Good().Output;
        Assert.Contains($"was placed on instance {garage.InstanceId[..8]}… (garage)", told, StringComparison.Ordinal);
        Assert.Contains("4 instances looked at", told, StringComparison.Ordinal);
        Assert.Matches("RESOURCE:MEMORY +1 .* cellar +needs 512, has 300", told);
        Assert.Matches("chosen .* garage +900\n +2 .* attic +2000", told);
        Assert.Contains("Between the first two binpack(memory) decided.", told, StringComparison.Ordinal);
        Assert.Contains("It passed 1 task that came earlier", told, StringComparison.Ordinal);
        Assert.DoesNotContain("INCONSISTENT", told, StringComparison.Ordinal);

        var waits = (await ecs.RunAsync("explain", waiting, "--json")).Good().Json;
        Assert.Equal("waiting", (string?)waits["outcome"]);
        Assert.Equal(4, (int)waits["account"]!["considered"]!);
        Assert.Equal(0, (int)waits["account"]!["fitting"]!);

        var refused = await ecs.RunAsync("run-task", large, "--cluster", cluster, "--no-wait");
        Assert.Equal(4, refused.ExitCode);
        var why = (await ecs.RunAsync("explain", cluster)).Good().Output;
        Assert.Contains($"last refused 1 task of {large}", why, StringComparison.Ordinal);
        Assert.Contains("needs 8000, has 388", why, StringComparison.Ordinal);

        (await ecs.RunAsync("stop-task", waiting, "--cluster", cluster, "--reason", "waited enough")).Good();
        var ended = (await ecs.RunAsync("explain", waiting)).Good().Output;
        Assert.Matches("found no room and waits for it until .*\n +because account [0-9]+ asked for it with run-task", ended);
        Assert.Matches("STOPPED, UserInitiated: waited enough,\n +because .* asked for it with stop-task", ended);
        // What README shows.
        TestContext.Current.TestOutputHelper!.WriteLine(told + ended);
        Assert.Contains("never had a place", ended, StringComparison.Ordinal);
        Assert.Contains("UserInitiated: waited enough", ended, StringComparison.Ordinal);
        Assert.Contains("with stop-task", ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_query_that_cannot_be_read_when_the_tool_sends_it_then_the_caret_stands_under_the_mistake()
    {
        var run = await Tool.Ecs(Stack).RunAsync("list-container-instances", "--filter", "attribute:zone = a");

        Assert.Equal(1, run.ExitCode);
        Pointing.AtIn("attribute:zone = a", '=', run.Errors);
    }

    private static async Task<string> StartAsync(Tool ecs, string definition, string cluster, params string[] how)
    {
        string[] words = ["run-task", definition, "--cluster", cluster, "--no-wait", "--json", .. how];
        return (string)(await ecs.RunAsync(words)).Good().Json["tasks"]![0]!["taskArn"]!;
    }
}

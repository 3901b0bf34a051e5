using System.Text.Json.Nodes;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Reading;

/// <summary>
/// Rows that are altered behind the backs of services that run: what they know is not what the log says any more.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class ReplayOfAlteredRows(CalmStack stack) : StackTest(stack)
{
    private readonly string _family = NewName("altered");

    private Tool Ecs => Tool.Ecs(Stack);

    [Fact]
    public async Task Given_a_placement_that_was_altered_when_replayed_then_position_and_field_of_the_living_state_are_named()
    {
        var task = Assert.Single(await RunAsync("default", await DefineAsync(_family, Containers.Sleep)));
        await WhenAsync("default", task, "RUNNING");
        (await Ecs.RunAsync("replay")).Good();
        var position = await TamperedRow.FindAsync(Stack, "task-placed", task);

        await using (await TamperedRow.AlterAsync(Stack, position, Setting("definitionDigest")))
        {
            Named(await Ecs.RunAsync("replay", "--json"), "scheduler", position, task, "definitionDigest", "\"");
            var told = await Ecs.RunAsync("replay");
            Assert.Equal(4, told.ExitCode);
            Assert.Contains("definitionDigest: the service has", told.Output, StringComparison.Ordinal);
        }

        (await Ecs.RunAsync("replay")).Good();
        (await Ecs.RunAsync("verify")).Good();
        await StopAllAsync("default");
    }

    [Fact]
    public async Task Given_a_definition_that_was_altered_when_replayed_then_position_and_field_of_the_living_state_are_named()
    {
        await DefineAsync(_family, Containers.Sleep);
        (await Ecs.RunAsync("replay")).Good();
        var stream = $":task-definition/{_family}";
        var position = await TamperedRow.FindAsync(Stack, "task-definition-registered", stream);

        await using (await TamperedRow.AlterAsync(Stack, position, Setting("registeredBy")))
        {
            Named(await Ecs.RunAsync("replay", "--json"), "registry", position, stream, "registeredBy", Stack.Account);
        }

        (await Ecs.RunAsync("replay")).Good();
        (await Ecs.RunAsync("verify")).Good();
    }

    private static string Setting(string member) => $$"""jsonb_set(data::jsonb, '{{{member}}}', '"altered"')""";

    private static void Named(ToolRun replay, string service, long position, string of, string field, string has)
    {
        Assert.True(replay.ExitCode == 4, $"{replay}");
        var state = replay.Json["states"]!.AsArray().Single(state => (string)state!["service"]! == service)!;
        var difference = state["differences"]!.AsArray()[0]!;
        Assert.True((bool)difference["isLive"]! && (long)difference["position"]! >= position, $"{state}");
        var named = state["firstField"]!;
        Assert.EndsWith(of, (string)named["of"]!, StringComparison.Ordinal);
        Assert.EndsWith(field, (string)named["path"]!, StringComparison.Ordinal);
        Assert.Contains(has, (string)named["leader"]!, StringComparison.Ordinal);
        Assert.Equal("\"altered\"", (string)named["replayed"]!);
    }
}

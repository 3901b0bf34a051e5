using System.Text;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.BadInput;

[Collection(CalmTests.Name)]
public sealed class PoisonMessages(CalmStack stack) : StackTest(stack)
{
    public static TheoryData<string> Queues => ["registry", "scheduler", "agent"];

    [Theory, MemberData(nameof(Queues))]
    public async Task Given_bytes_that_nothing_can_read_then_they_are_set_aside_with_their_reason_and_the_queue_goes_on(
        string queue)
    {
        var id = $"poison-{Guid.NewGuid():N}";
        var (exchange, name) = queue switch
        {
            "registry" => ("ecs.commands.register-task-definition", "registry"),
            "scheduler" => ("ecs.commands.run-task", "scheduler"),
            _ => ($"agent.{InstanceId}", $"agent.{InstanceId}"),
        };
        await Bus.SendAsync(exchange, Encoding.UTF8.GetBytes("{\"half\": "), id);

        var letter = await LetterAsync(id);
        Assert.Equal(name, (string?)letter["queue"]);
        Assert.NotEmpty((string?)letter["reason"] ?? "");

        // The service behind the queue is up and does the next thing.
        var definition = await DefineAsync(NewName("after-poison"), "true");
        var task = Assert.Single(await RunAsync("default", definition));
        await WhenAsync("default", task, "STOPPED");
    }

    [Fact]
    public async Task Given_a_dead_letter_that_can_be_handled_now_when_it_is_sent_again_then_it_is_done_and_gone()
    {
        // Nobody asked for an answer and the member is unknown: it is set aside. Sent again it is as wrong as before.
        var id = $"wrong-{Guid.NewGuid():N}";
        await Bus.TellAsync("create-cluster", new { clusterNam = "misspelt" }, id);
        var letter = await LetterAsync(id);
        Assert.Contains("clusterNam", (string?)letter["reason"], StringComparison.Ordinal);
        var ecs = Tool.Ecs(Stack);

        var shown = (await ecs.RunAsync("dead-letters", "show", (string)letter["id"]!)).Good();
        Assert.Contains("misspelt", shown.Output, StringComparison.Ordinal);
        (await ecs.RunAsync("dead-letters", "resend", (string)letter["id"]!)).Good();

        var after = await Eventually.GetAsync(
            "the letter has come back as another",
            () => FindAsync(id),
            found => found is not null && (string?)found["id"] != (string?)letter["id"]);
        Assert.Contains("clusterNam", (string?)after!["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_command_without_an_id_then_it_is_refused_and_nothing_is_made()
    {
        var name = NewName("nameless");

        var answer = await Bus.AskAsync("create-cluster", new { clusterName = name, account = Stack.Account });

        Assert.Equal("InvalidParameterException", (string?)answer["error"]!["type"]);
        Assert.Contains("id", (string?)answer["error"]!["message"], StringComparison.Ordinal);
        var shown = await Api.CallAsync("DescribeClusters", new { clusters = new[] { name } });
        Assert.Equal("MISSING", (string?)shown["failures"]![0]!["reason"]);
    }

    private string InstanceId => Stack.Default.InstanceArn[(Stack.Default.InstanceArn.LastIndexOf('/') + 1)..];

    private async Task<JsonNode> LetterAsync(string messageId) => (await Eventually.GetAsync(
        $"the dead letter of {messageId} is listed", () => FindAsync(messageId), found => found is not null))!;

    private async Task<JsonNode?> FindAsync(string messageId)
    {
        var listed = (await Tool.Ecs(Stack).RunAsync("dead-letters", "list", "--json")).Good().Json;
        return listed["deadLetters"]!.AsArray().FirstOrDefault(letter => (string?)letter!["messageId"] == messageId);
    }
}

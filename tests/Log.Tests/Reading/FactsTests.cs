using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Ecs.Contracts;
using Ecs.Contracts.Events;

namespace Ecs.Log.Tests;

/// <summary>Stored facts are read in a way of their own, to what everybody else reads.</summary>
public sealed class FactsTests
{
    private const string Task = "arn:aws:ecs:us-east-1:000000000000:task/default/0123456789abcdef0123456789abcdef";

    [Fact]
    public void Given_the_logs_of_every_version_when_their_facts_are_read_then_they_say_what_plain_reading_says()
    {
        var lines = EarlierLogTests.Logs.Select(row => row.Data)
            .SelectMany(name => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Earlier", $"{name}.log.jsonl")))
            .Select(line => JsonNode.Parse(line)!);
        var read = 0;
        foreach (var line in lines)
        {
            var (name, data) = ((string)line["name"]!, line["data"]!.ToJsonString());
            var plain = JsonSerializer.Deserialize(data, EventTypes.Find(name)!, EcsJson.Options)!;

            Assert.Equal(CanonicalJson.Digest(plain), CanonicalJson.Digest<object>(Read(name, data)!));
            Assert.Equal(
                CanonicalJson.Digest(plain), CanonicalJson.Digest<object>(Facts.Read(name, 7, JsonElement.Parse(data))!));
            read++;
        }

        Assert.True(read > 100, $"only {read} events");
    }

    [Fact]
    public void Given_any_text_when_it_is_read_then_it_is_that_text_however_many_were_read_before() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char.AlphaNumeric, 0, 300], Gen.Int[0, 99].Select(n => $"{Task}{n}"))
            .Array[1, 50].Sample(texts =>
            {
                Assert.Equal(
                    texts.Select(text => JsonSerializer.Serialize(text)),
                    texts.Select(text => JsonSerializer.Serialize(Reason(text))));
            });

    [Fact]
    public void Given_a_text_that_two_facts_have_when_they_are_read_then_they_share_it() =>
        Assert.Same(Reason("Essential container in task exited"), Reason("Essential container in task exited"));

    [Theory]
    [InlineData("""{"taskArn":"t","containers":7,"at":"2026-11-25T12:00:00Z"}""")]
    [InlineData("""{"taskArn":"t","containers":{},"at":"2026-11-25T12:00:00Z"}""")]
    [InlineData("""{"taskArn":"t","containers":[{"name":7}],"at":"2026-11-25T12:00:00Z"}""")]
    [InlineData("""{"taskArn":"t","containers":["x"],"at":"2026-11-25T12:00:00Z"}""")]
    [InlineData("""{"taskArn":"t","containers":null,"at":"2026-11-25T12:00:00Z"}""")]
    [InlineData("""{"taskArn":7,"at":"2026-11-25T12:00:00Z"}""")]
    [InlineData("""{"at":"2026-11-25T12:00:00Z"}""")]
    [InlineData("""{"taskArn":null,"at":"2026-11-25T12:00:00Z"}""")]
    public void Given_data_that_are_no_such_event_when_they_are_read_then_it_says_which_and_where(string data)
    {
        var plain = Record.Exception(() => JsonSerializer.Deserialize<TaskRunning>(data, EcsJson.Options));
        Assert.IsType<JsonException>(plain);

        var refused = Assert.Throws<InvalidDataException>(() => Read("task-running", data));

        Assert.StartsWith("event 'task-running' at position 7 cannot be read: ", refused.Message, StringComparison.Ordinal);
    }

    private static string Reason(string text)
    {
        var data = new JsonObject
        {
            ["taskArn"] = Task, ["stopCode"] = "UserInitiated", ["reason"] = text, ["at"] = "2026-11-25T12:00:00Z",
        };
        return Assert.IsType<TaskStopped>(Read("task-stopped", data.ToJsonString())).Reason;
    }

    private static IEvent? Read(string name, string data) => Facts.Read(name, 7, Encoding.UTF8.GetBytes(data));
}

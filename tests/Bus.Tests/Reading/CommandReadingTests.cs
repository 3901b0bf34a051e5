using System.Text;
using System.Text.Json;
using CsCheck;
using Ecs.Contracts.Commands;

namespace Ecs.Bus.Tests.Pure;

public sealed class CommandReadingTests
{
    private const string RunTaskExchange = "ecs.commands.run-task";

    private static Reading Read(
        string json, string? messageId = "id", string exchange = RunTaskExchange, string? contentType = null) =>
        CommandReading.Read(exchange, messageId, contentType, Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("id", """{"taskDefinition":"web"}""")]
    [InlineData(null, """{"taskDefinition":"web","commandId":"id"}""")]
    [InlineData("", """{"taskDefinition":"web","commandId":"id"}""")]
    [InlineData("id", """{"taskDefinition":"web","commandId":"id"}""")]
    public void Given_an_id_on_the_message_or_in_the_body_when_read_then_the_command_has_it(
        string? messageId, string json)
    {
        var command = Assert.IsType<RunTask>(Read(json, messageId).Command);

        Assert.Equal(("id", "web"), (command.CommandId, command.TaskDefinition));
    }

    [Theory]
    [InlineData("""{"x":1}""", "InvalidParameterException", "x", "unknown member 'x'")]
    [InlineData("""{"overrides":{"containerOverrides":[{"name":"a","cpuu":1}]}}""", "InvalidParameterException",
        "overrides.containerOverrides[0].cpuu", "unknown member 'cpuu'")]
    [InlineData("""{"count":1.5}""", "SerializationException", "count", "wrong type at 'count': expected an integer")]
    [InlineData("""{"count":99999999999}""", "SerializationException", "count",
        "wrong type at 'count': expected an integer")]
    [InlineData("""{"taskDefinition":["a"]}""", "SerializationException", "taskDefinition",
        "wrong type at 'taskDefinition': expected a string")]
    [InlineData("""{"deadline":"tomorrow"}""", "SerializationException", "deadline",
        "wrong type at 'deadline': expected a time in ISO 8601")]
    [InlineData("""{"count":1,"count":2}""", "InvalidParameterException", "count", "member given twice at 'count'")]
    [InlineData("""{"Count":1}""", "InvalidParameterException", "Count", "unknown member 'Count'")]
    [InlineData("[]", "SerializationException", null, "wrong type: expected an object or a known word")]
    public void Given_a_wrong_member_when_read_then_the_error_names_it_and_the_rule(
        string json, string type, string? field, string message)
    {
        var reading = Read(json);

        Assert.Null(reading.Command);
        Assert.Equal((type, field, message), (reading.Error!.Type, reading.Error.Field, reading.Error.Message));
        Assert.Equal("id", reading.CommandId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"count\":1,}")]
    [InlineData("// no\n{}")]
    [InlineData("\"\\ud800\"")]
    public void Given_malformed_json_when_read_then_it_is_a_serialization_error(string json)
    {
        Assert.Equal(ErrorTypes.Serialization, Read(json).Error!.Type);
    }

    [Fact]
    public void Given_bytes_that_are_no_text_when_read_then_it_is_a_serialization_error()
    {
        var reading = CommandReading.Read(RunTaskExchange, "id", null, new byte[] { 0xff, 0xfe, 0x00 });

        Assert.Equal(ErrorTypes.Serialization, reading.Error!.Type);
    }

    [Fact]
    public void Given_json_that_is_nested_too_deep_when_read_then_it_is_a_serialization_error()
    {
        var deep = new string('[', 5000) + new string(']', 5000);

        Assert.Equal(ErrorTypes.Serialization, Read($$"""{"overrides":{{deep}}}""").Error!.Type);
        Assert.Equal(ErrorTypes.Serialization,
            Read($$"""{"message":{{deep}}}""", contentType: Envelope.ContentType).Error!.Type);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Command.MaxIdLength)]
    public void Given_an_id_of_allowed_length_when_read_then_it_is_taken(int length)
    {
        Assert.NotNull(Read("{}", new string('x', length)).Command);
    }

    [Fact]
    public void Given_no_id_a_long_id_or_two_ids_when_read_then_it_is_refused()
    {
        Assert.Equal("commandId", Read("{}", null).Error!.Field);
        Assert.Equal("commandId", Read("{}", "").Error!.Field);
        Assert.Equal("commandId", Read("{}", new string('x', Command.MaxIdLength + 1)).Error!.Field);
        Assert.Equal("commandId", Read("""{"commandId":""}""", null).Error!.Field);
        Assert.Equal("commandId and message_id differ", Read("""{"commandId":"a"}""", "b").Error!.Message);
    }

    [Fact]
    public void Given_an_unreadable_body_with_an_id_when_read_then_the_answer_can_name_it()
    {
        Assert.Equal("mine", Read("""{"commandId":"mine","cpuu":1}""", null).CommandId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("scheduler")]
    [InlineData("ecs.events")]
    [InlineData("ecs.commands.")]
    [InlineData("ecs.commands.RunTask")]
    public void Given_an_exchange_of_no_command_when_read_then_nobody_can_say_what_it_is(string exchange)
    {
        var reading = Read("{}", exchange: exchange);

        Assert.False(reading.IsKnownExchange);
        Assert.Equal(ErrorTypes.UnknownOperation, reading.Error!.Type);
    }

    [Fact]
    public void Given_an_envelope_when_read_then_its_own_id_serves_only_where_the_command_has_none()
    {
        const string Named = """{"messageId":"guid","requestId":"r","message":{"commandId":"own"}}""";
        const string Nameless = """{"messageId":"guid","message":{"taskDefinition":"web","count":null}}""";

        Assert.Equal("own", Read(Named, "guid", contentType: Envelope.ContentType).Command!.CommandId);
        Assert.Equal("guid", Read(Nameless, "guid", contentType: Envelope.ContentType + "; charset=utf-8").CommandId);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"message":1}""")]
    [InlineData("""{"message":{"cpuu":1}}""")]
    [InlineData("""{"messageId":5,"message":{}}""")]
    [InlineData("""{"messageType":"x","message":{}}""")]
    public void Given_a_wrong_envelope_when_read_then_it_is_an_error(string json)
    {
        Assert.NotNull(Read(json, null, contentType: Envelope.ContentType).Error);
    }

    [Fact]
    public void Given_any_bytes_when_read_then_they_give_a_command_or_an_error_and_never_an_exception()
    {
        var exchanges = CommandTypes.All.Select(type => $"ecs.commands.{type.Name}").Append("").Append("x").ToArray();
        Gen.Select(
                OneOf(exchanges),
                Gen.OneOf(Gen.Const((string?)null), Gen.String[0, 140].Select(s => (string?)s)),
                OneOf<string?>(null, "application/json", Envelope.ContentType, "\0"),
                Gen.OneOf(Gen.Byte.Array[0, 200], JsonLike.Select(Encoding.UTF8.GetBytes)))
            .Sample((exchange, messageId, contentType, body) =>
            {
                var reading = CommandReading.Read(exchange, messageId, contentType, body);
                return reading.Command is null
                    ? reading.Error is { Message.Length: > 0 }
                    : reading.Error is null && reading.Command.CommandId is { Length: >= 1 and <= 128 };
            });
    }

    [Fact]
    public void Given_every_command_when_written_as_the_house_writes_it_then_it_is_read_back_the_same()
    {
        foreach (var type in CommandTypes.OnBus)
        {
            var command = (Command)JsonSerializer.Deserialize("{}", type.Type)! with { CommandId = "id", Actor = "me" };
            var body = JsonSerializer.SerializeToUtf8Bytes(command, type.Type, Contracts.EcsJson.Options);

            var reading = CommandReading.Read($"ecs.commands.{type.Name}", "id", null, body);

            Assert.True(reading.Error is null, $"{type.Name}: {reading.Error?.Message}");
            var written = JsonSerializer.SerializeToUtf8Bytes(reading.Command, type.Type, Contracts.EcsJson.Options);
            Assert.Equal(body, written);
        }
    }

    [Fact]
    public void Given_a_command_that_only_the_house_itself_has_decided_when_it_comes_over_the_bus_then_it_is_unknown()
    {
        const string body = """{"position":1,"hash":"h","logTime":"2026-01-01T00:00:00Z","from":9007199254740991}""";

        var reading = CommandReading.Read("ecs.commands.observe-restore", "id", null, Encoding.UTF8.GetBytes(body));

        Assert.Null(reading.Command);
        Assert.Equal(ErrorTypes.UnknownOperation, reading.Error!.Type);
        Assert.Equal("id", reading.CommandId);
        Assert.DoesNotContain(CommandTypes.OwnedBy(Services.Scheduler), type => type.Type == typeof(ObserveRestore));
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>Texts that are nearly right: the words of the contract in any arrangement.</summary>
    private static Gen<string> JsonLike => OneOf(
            "{", "}", "[", "]", ":", ",", "\"commandId\":\"a\"", "\"count\":1", "\"taskDefinition\":\"web\"",
            "\"message\":{", "\"messageId\":\"m\"", "\"responseAddress\":\"rabbitmq://h/q\"", "null", "1e999",
            "\"\\u0000\"", "\"overrides\":{\"containerOverrides\":[{", " ")
        .Array[0, 12].Select(parts => "{" + string.Concat(parts) + "}");
}

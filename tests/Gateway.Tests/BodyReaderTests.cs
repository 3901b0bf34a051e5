using System.Text;
using CsCheck;
using Ecs.Contracts.Commands;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Tests;

public class BodyReaderTests
{
    [Fact]
    public void Given_a_whole_body_when_read_then_the_command_has_it()
    {
        var run = Assert.IsType<RunTask>(Read("RunTask", """
            {"cluster": "c", "taskDefinition": "web:3", "count": 2, "clientToken": "t",
             "overrides": {"containerOverrides": [{"name": "web", "environment": [{"name": "A", "value": "1"}]}]}}
            """).Command);

        Assert.Equal(("c", "web:3", 2, "t"), (run.Cluster, run.TaskDefinition, run.Count, run.ClientToken));
        Assert.Equal("1", run.Overrides!.ContainerOverrides[0].Environment![0].Value);
    }

    [Theory, InlineData(""), InlineData("{}"), InlineData(" { } "), InlineData("""{"clusterName": null}""")]
    public void Given_nothing_in_the_body_when_read_then_the_command_says_nothing(string body) =>
        Assert.Equal(new CreateCluster(), Read("CreateCluster", body).Command);

    [Theory]
    [InlineData("CreateCluster", """{"clustername": "x"}""",
        "InvalidParameterException", "clustername", "Unknown member")]
    [InlineData("CreateCluster", """{"foo": null}""", "InvalidParameterException", "foo", "Unknown member")]
    [InlineData("CreateCluster", """{"clusterName": 5}""",
        "SerializationException", "clusterName", "must be text, not the number 5")]
    [InlineData("RunTask", """{"count": "5"}""",
        "SerializationException", "count", "must be an integer of 32 bits, not text")]
    [InlineData("RunTask", """{"count": 3000000000}""", "SerializationException", "count", "not the number 3000000000")]
    [InlineData("RunTask", """{"count": 1.5}""", "SerializationException", "count", "not the number 1.5")]
    [InlineData("RunTask", """{"overrides": []}""",
        "SerializationException", "overrides", "must be an object, not a list")]
    [InlineData("DescribeTasks", """{"tasks": "x"}""", "SerializationException", "tasks", "must be a list, not text")]
    [InlineData("DescribeTasks", """{"tasks": [null]}""",
        "SerializationException", "tasks[0]", "must be text, not null")]
    [InlineData("RegisterTaskDefinition", """{"containerDefinitions": [{"cpu": 1}, {"cpu": true}]}""",
        "SerializationException", "containerDefinitions[1].cpu", "not true")]
    [InlineData("RegisterTaskDefinition", """{"containerDefinitions": [{"environment": [{"value": "v"}]}]}""",
        "InvalidParameterException", "containerDefinitions[0].environment[0].name", "is missing")]
    [InlineData("RegisterTaskDefinition", """{"family": "a\u0000b"}""",
        "InvalidParameterException", "family", "U+0000")]
    [InlineData("RegisterContainerInstance", """{"totalResources": [{"doubleValue": 1.5}]}""",
        "InvalidParameterException", "totalResources[0].doubleValue", "not supported by Ecs.Events yet")]
    [InlineData("RunTask", """{"launchType": "EC2", "overrides": {"ephemeralStorage": {"sizeInGiB": 21}}}""",
        "InvalidParameterException", "overrides.ephemeralStorage", "not supported by Ecs.Events yet")]
    public void Given_a_member_that_is_wrong_when_read_then_it_is_named(
        string operation, string body, string type, string field, string expected)
    {
        var (command, error) = Read(operation, body);

        Assert.Null(command);
        Assert.Equal((type, field), (error!.Type, error.Field));
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("commandId"), InlineData("account"), InlineData("region"), InlineData("actor"), InlineData("deadline")]
    [InlineData("correlationId"), InlineData("repeatId")]
    public void Given_what_the_gateway_itself_says_when_a_body_says_it_then_it_is_unknown(string member)
    {
        var (_, error) = Read("StopTask", $$"""{"task": "x", "{{member}}": "2030-01-01T00:00:00Z"}""");

        Assert.Equal($"Unknown member '{member}'.", error!.Message);
    }

    [Theory]
    [InlineData("{", "line 1, byte 2")]
    [InlineData("{\n\"a\": }", "line 2, byte 6")]
    [InlineData("{} {}", "line 1")]
    [InlineData("""{"task": "a", "task": "b"}""", "task")]
    [InlineData("[]", "The body must be an object, not a list.")]
    [InlineData("null", "The body must be an object, not null.")]
    [InlineData("""{"task": "\ud800"}""", "no Unicode character")]
    [InlineData("""{"\ud800": 1}""", "no Unicode character")]
    public void Given_no_json_when_read_then_the_refusal_says_where(string body, string expected)
    {
        var (command, error) = Read("StopTask", body);

        Assert.Null(command);
        Assert.Equal("SerializationException", error!.Type);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_body_that_is_no_utf8_when_read_then_it_is_refused() =>
        Assert.Contains("not UTF-8", BodyReader.Read(Operations.All["StopTask"], new byte[] { 0x22, 0xff, 0x22 }).Error!.Message);

    [Fact]
    public void Given_a_body_that_is_too_deep_when_read_then_it_is_refused()
    {
        var (_, error) = Read("StopTask", new string('[', 100_000));

        Assert.Equal("SerializationException", error!.Type);
        Assert.Contains("depth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_any_bytes_when_read_then_there_is_a_command_or_a_refusal() =>
        Gen.Select(OneOf(Operations.All.Values.ToArray()), Gen.Byte.Array[0, 60])
            .Sample((operation, bytes) => IsCommandOrRefusal(operation, bytes));

    [Fact]
    public void Given_a_good_body_with_any_piece_changed_when_read_then_there_is_a_command_or_a_refusal()
    {
        const string Good = """
            {"family":"f","versionLabel":"v","containerDefinitions":[{"name":"a","cpu":1,"essential":true,
            "portMappings":[{"containerPort":80}],"environment":[{"name":"A","value":"\u00e9"}],"tags":[]}]}
            """;
        var pieces = OneOf<string>(
            "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "1e9", "-0", "\\ud800", "\u0000", "true", "é");
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Int[0, 5], pieces)
            .Sample((at, cut, piece) =>
            {
                var text = Good.Remove(at, Math.Min(cut, Good.Length - at)).Insert(at, piece);
                return IsCommandOrRefusal(Operations.All["RegisterTaskDefinition"], Encoding.UTF8.GetBytes(text));
            });
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static bool IsCommandOrRefusal(Operation operation, byte[] body)
    {
        var (command, error) = BodyReader.Read(operation, body);
        return command is null
            ? error is { Type: "SerializationException" or "InvalidParameterException", Message.Length: > 0 }
            : error is null && command.GetType() == operation.Command;
    }

    private static (Command? Command, CommandError? Error) Read(string operation, string body) =>
        BodyReader.Read(Operations.All[operation], Encoding.UTF8.GetBytes(body));
}

using System.Text.Json.Nodes;
using Ecs.Contracts.Commands;
using Ecs.Gateway.Api;
using Ecs.Gateway.Tests.EcsModel;

namespace Ecs.Gateway.Tests;

public class OperationTableTests
{
    public static TheoryData<string> EveryEcsOperation() => [.. EcsModelFacts.Operations];

    public static TheoryData<string> EveryOperationHere() => [.. Operations.All.Keys];

    public static TheoryData<string, string> EveryMember()
    {
        var data = new TheoryData<string, string>();
        foreach (var operation in Operations.All.Keys)
        {
            foreach (var path in EcsModelFacts.Inputs(operation).Keys) data.Add(operation, path);
        }

        return data;
    }

    [Theory, MemberData(nameof(EveryEcsOperation))]
    public void Given_an_operation_of_ecs_when_called_then_it_is_here_or_it_is_named_as_not_here_yet(string name)
    {
        var (operation, error) = Operations.Find(Operations.TargetPrefix + name);

        if (operation is not null)
        {
            Assert.Equal(name, operation.Name);
            return;
        }

        if (error!.Type is not "UnknownOperationException") return;

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains("does not have", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DiscoverPollEndpoint", "ClientException", "connected to the bus")]
    [InlineData("SubmitTaskStateChange", "AccessDeniedException", "signed with the key")]
    [InlineData("SubmitContainerStateChange", "AccessDeniedException", "signed with the key")]
    [InlineData("SubmitAttachmentStateChanges", "AccessDeniedException", "signed with the key")]
    [InlineData("UpdateContainerAgent", "NoUpdateAvailableException", "does not update its Agents")]
    [InlineData("CreateCapacityProvider", "UnknownOperationException", "a cloud's machines")]
    [InlineData("CreateTaskSet", "UnknownOperationException", "another program")]
    [InlineData("CreateDaemon", "UnknownOperationException", "managed instances")]
    [InlineData("CreateService", "UnknownOperationException", "does not have the ECS operation CreateService yet")]
    public void Given_an_operation_that_is_not_here_when_called_then_the_refusal_says_why_in_a_type_of_ecs(
        string name, string type, string why)
    {
        var (operation, error) = Operations.Find(Operations.TargetPrefix + name);

        Assert.Null(operation);
        Assert.Equal(type, error!.Type);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(EveryOperationHere))]
    public void Given_an_operation_of_the_table_when_compared_with_ecs_then_ecs_has_it_and_a_service_too(string name)
    {
        Assert.Contains(name, EcsModelFacts.Operations);
        Assert.Contains(name, EcsOperations.Names);
        Assert.Contains(CommandTypes.Of(Operations.All[name].Command).Service, (string[])["registry", "scheduler"]);
    }

    [Fact]
    public void Given_the_names_of_ecs_operations_when_compared_with_the_model_then_they_are_the_same() =>
        Assert.Equal(EcsModelFacts.Operations.Order(), EcsOperations.Names.Order());

    [Theory]
    [InlineData(null, "X-Amz-Target is missing")]
    [InlineData("", "X-Amz-Target is missing")]
    [InlineData("DynamoDB_20120810.ListTables", "'DynamoDB_20120810.ListTables' is no operation of ECS")]
    [InlineData("AmazonEC2ContainerServiceV20141113.Runtask", "ECS has no operation 'Runtask'")]
    public void Given_a_target_that_is_none_when_found_then_the_refusal_says_why(string? target, string expected)
    {
        var (operation, error) = Operations.Find(target);

        Assert.Null(operation);
        Assert.Equal("UnknownOperationException", error!.Type);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(EveryMember))]
    public void Given_a_member_of_ecs_when_sent_then_it_is_read_or_refused_by_its_name(string operation, string path)
    {
        var inputs = EcsModelFacts.Inputs(operation);
        var body = Nest(path.Split('.'), Sample(inputs[path]));

        var (command, error) = BodyReader.Read(Operations.All[operation], Json(body));

        if (error is null)
        {
            Assert.NotNull(command);
            return;
        }

        Assert.Equal("InvalidParameterException", error.Type);
        Assert.True(
            error.Message.Contains("not supported by Ecs.Events yet", StringComparison.Ordinal)
            || error.Message.Contains(" of ECS needs ", StringComparison.Ordinal)
            || error.Message.EndsWith("is missing.", StringComparison.Ordinal), error.Message);
    }

    private static byte[] Json(JsonObject body) => System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());

    private static JsonObject Nest(ReadOnlySpan<string> path, JsonNode value)
    {
        var isList = path[0].EndsWith("[]", StringComparison.Ordinal);
        JsonNode inner = path.Length == 1 ? value : Nest(path[1..], value);
        return new JsonObject { [path[0].TrimEnd('[', ']')] = isList ? new JsonArray(inner) : inner };
    }

    private static JsonNode Sample(string type) => type switch
    {
        "string" => "x",
        "integer" or "long" or "timestamp" => 7,
        "double" => 1.5,
        "boolean" => true,
        "list" => new JsonArray(),
        "map" or "structure" => new JsonObject(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}

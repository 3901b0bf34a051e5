using System.Text;
using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Tests;

public class EcsMembersTests
{
    [Theory]
    [InlineData("RegisterTaskDefinition", """{"volumes": [], "tags": [], "taskRoleArn": ""}""")]
    [InlineData("RegisterTaskDefinition", """{"requiresCompatibilities": ["EC2"], "enableFaultInjection": false}""")]
    [InlineData("RegisterTaskDefinition", """{"requiresCompatibilities": ["EXTERNAL", "EC2"]}""")]
    [InlineData("RunTask", """{"enableECSManagedTags": false, "tags": [], "volumeConfigurations": []}""")]
    [InlineData("RunTask", """{"propagateTags": "NONE", "overrides": {"inferenceAcceleratorOverrides": []}}""")]
    [InlineData("CreateCluster", """{"settings": [], "configuration": {"executeCommandConfiguration": {}}}""")]
    [InlineData("DescribeTaskDefinition", """{"include": ["TAGS"]}""")]
    public void Given_members_that_ask_for_nothing_when_read_then_they_are_left_out(string operation, string body)
    {
        var (command, error) = BodyReader.Read(Operations.All[operation], Encoding.UTF8.GetBytes(body));

        Assert.Null(error);
        Assert.DoesNotContain("[", JsonSerializer.Serialize(command, command!.GetType(), Contracts.EcsJson.Options)
            .Replace("\"containerOverrides\":[]", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RegisterTaskDefinition", """{"requiresCompatibilities": ["FARGATE"]}""", "requiresCompatibilities")]
    [InlineData("RegisterTaskDefinition", """{"requiresCompatibilities": ["EC2", "X"]}""", "requiresCompatibilities")]
    [InlineData("RegisterTaskDefinition", """{"volumes": [{"name": ""}]}""", "volumes")]
    [InlineData("RegisterTaskDefinition", """{"ephemeralStorage": {"sizeInGiB": 0}}""", "ephemeralStorage")]
    [InlineData("RunTask", """{"enableExecuteCommand": true}""", "enableExecuteCommand")]
    [InlineData("RunTask", """{"propagateTags": "TASK_DEFINITION"}""", "propagateTags")]
    [InlineData("DescribeTaskDefinition", """{"include": ["TAGS", "EVERYTHING"]}""", "include")]
    public void Given_members_that_ask_for_something_when_read_then_they_are_refused(
        string operation, string body, string member)
    {
        var (_, error) = BodyReader.Read(Operations.All[operation], Encoding.UTF8.GetBytes(body));

        Assert.Equal(
            $"The member '{member}' of ECS is not supported by Ecs.Events yet; leave it out.", error!.Message);
        Assert.Equal("InvalidParameterException", error.Type);
    }

    [Fact]
    public void Given_a_description_by_ecs_when_registered_again_then_every_member_is_read_or_asks_for_nothing()
    {
        // The containerDefinitions of a real DescribeTaskDefinition, without what only the output has.
        var (command, error) = BodyReader.Read(Operations.All["RegisterTaskDefinition"], """
            {"family": "web", "networkMode": "bridge", "volumes": [], "placementConstraints": [],
             "requiresCompatibilities": ["EC2"],
             "containerDefinitions": [{"name": "web", "image": "nginx", "cpu": 10, "memory": 64, "links": ["db"],
               "portMappings": [{"containerPort": 80, "hostPort": 8080, "protocol": "tcp"}], "essential": true,
               "entryPoint": [], "command": [], "environment": [], "mountPoints": [], "volumesFrom": [],
               "systemControls": [], "secrets": [], "dnsServers": [], "dockerLabels": {}, "privileged": false,
               "readonlyRootFilesystem": false,
               "linuxParameters": {"devices": [], "capabilities": {"add": [], "drop": []}}}]}
            """u8);

        Assert.Null(error);
        var container = Assert.IsType<RegisterTaskDefinition>(command).ContainerDefinitions![0];
        Assert.Equal(8080, container.PortMappings![0].HostPort);
        Assert.Equal(["db"], container.Links!);
    }

    [Fact]
    public void Given_the_house_s_own_description_when_registered_again_then_every_member_is_taken()
    {
        var described = new TaskDefinition
        {
            TaskDefinitionArn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:1",
            Family = "web",
            Revision = 1,
            Status = TaskDefinitionStatus.Active,
            ContainerDefinitions = [new ContainerDefinition { Name = "web", Image = "web:1", Memory = 16 }],
            NetworkMode = "bridge",
            Digest = "d",
            RegisteredAt = DateTimeOffset.UnixEpoch,
        };
        var body = JsonSerializer.SerializeToNode(described, Contracts.EcsJson.Options)!.AsObject();
        string[] outputs = ["taskDefinitionArn", "revision", "status", "digest", "registeredAt", "compatibilities"];
        foreach (var output in outputs)
        {
            Assert.True(body.Remove(output));
        }

        var (command, error) = BodyReader.Read(
            Operations.All["RegisterTaskDefinition"], Encoding.UTF8.GetBytes(body.ToJsonString()));

        Assert.Null(error);
        Assert.Equal("web", Assert.IsType<RegisterTaskDefinition>(command).Family);
    }
}

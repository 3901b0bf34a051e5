using System.Text;
using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Tests;

public class EcsMembersTests
{
    [Theory]
    [InlineData("RegisterTaskDefinition", """{"proxyConfiguration": {}, "taskRoleArn": ""}""")]
    [InlineData("RegisterTaskDefinition", """{"ephemeralStorage": {}, "enableFaultInjection": false}""")]
    [InlineData("RunTask", """{"networkConfiguration": {}, "volumeConfigurations": []}""")]
    [InlineData("RunTask", """{"overrides": {"inferenceAcceleratorOverrides": []}}""")]
    [InlineData("CreateCluster", """{"capacityProviders": [], "serviceConnectDefaults": {"namespace": ""}}""")]
    public void Given_members_that_ask_for_nothing_when_read_then_they_are_left_out(string operation, string body)
    {
        var (command, error) = BodyReader.Read(Operations.All[operation], Encoding.UTF8.GetBytes(body));

        Assert.Null(error);
        Assert.DoesNotContain("[", JsonSerializer.Serialize(command, command!.GetType(), Contracts.EcsJson.Options)
            .Replace("\"containerOverrides\":[]", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RegisterTaskDefinition", """{"ephemeralStorage": {"sizeInGiB": 0}}""", "ephemeralStorage")]
    [InlineData("ListTasks", """{"daemonName": "d"}""", "daemonName")]
    public void Given_members_that_ask_for_something_when_read_then_they_are_refused(
        string operation, string body, string member)
    {
        var (_, error) = BodyReader.Read(Operations.All[operation], Encoding.UTF8.GetBytes(body));

        Assert.Equal(
            $"The member '{member}' of ECS is not supported by Ecs.Events yet; leave it out.", error!.Message);
        Assert.Equal("InvalidParameterException", error.Type);
    }

    [Theory]
    [InlineData("RegisterTaskDefinition", """{"containerDefinitions": [{"repositoryCredentials": {"credentialsParameter": "x"}}]}""",
        "containerDefinitions[0].repositoryCredentials", "ECS_REGISTRY_CREDENTIALS")]
    [InlineData("RegisterTaskDefinition", """{"containerDefinitions": [{"resourceRequirements": [{"type": "GPU", "value": "1"}]}]}""",
        "containerDefinitions[0].resourceRequirements", "GPUs")]
    [InlineData("RegisterTaskDefinition", """{"containerDefinitions": [{"firelensConfiguration": {"type": "fluentd"}}]}""",
        "containerDefinitions[0].firelensConfiguration", "logConfiguration")]
    [InlineData("RegisterTaskDefinition", """{"containerDefinitions": [{"credentialSpecs": ["x"]}]}""",
        "containerDefinitions[0].credentialSpecs", "Active Directory")]
    [InlineData("RegisterTaskDefinition", """{"containerDefinitions": [{"logConfiguration": {"secretOptions": [{"name": "x"}]}}]}""",
        "containerDefinitions[0].logConfiguration.secretOptions", "secrets")]
    [InlineData("RegisterTaskDefinition", """{"inferenceAccelerators": [{"deviceName": "x"}]}""",
        "inferenceAccelerators", "accelerators")]
    [InlineData("RegisterTaskDefinition", """{"volumes": [{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]}""",
        "volumes[0].efsVolumeConfiguration", "'dockerVolumeConfiguration'")]
    [InlineData("RegisterTaskDefinition", """{"volumes": [{"name": "v", "configuredAtLaunch": true}]}""",
        "volumes[0].configuredAtLaunch", "cloud")]
    [InlineData("RunTask", """{"overrides": {"containerOverrides": [{"resourceRequirements": [{"type": "GPU"}]}]}}""",
        "overrides.containerOverrides[0].resourceRequirements", "GPUs")]
    public void Given_members_that_need_what_is_not_here_when_read_then_it_is_said_and_what_is_there_instead(
        string operation, string body, string member, string why)
    {
        var (_, error) = BodyReader.Read(Operations.All[operation], Encoding.UTF8.GetBytes(body));

        Assert.Equal((ErrorTypes.InvalidParameter, member), (error!.Type, error.Field));
        Assert.StartsWith($"The member '{member}' of ECS needs ", error.Message);
        Assert.Contains(why, error.Message);
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
            """u8.ToArray());

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

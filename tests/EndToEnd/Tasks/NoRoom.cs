using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

[Collection(CalmTests.Name)]
public sealed class NoRoom(CalmStack stack) : StackTest(stack)
{
    [Theory]
    [InlineData("CPU")]
    [InlineData("MEMORY")]
    public async Task Given_more_asked_for_than_the_instance_has_then_the_failure_names_the_resource(string resource)
    {
        var all = await RegisteredAsync(resource);
        var definition = await DefineAsync(
            NewName("too-large"), "sleep 1",
            cpu: resource is "CPU" ? all + 1 : 1, memory: resource is "MEMORY" ? all + 1 : Containers.Memory);

        var reply = await UntilHeardAsync(() => Api.CallAsync("RunTask", new { taskDefinition = definition }));

        Assert.Empty(reply["tasks"]!.AsArray());
        Assert.Equal($"RESOURCE:{resource}", (string?)Assert.Single(reply["failures"]!.AsArray())!["reason"]);
    }

    [Fact]
    public async Task Given_a_host_port_that_a_task_has_then_a_second_finds_no_room_until_the_first_has_ended()
    {
        var family = NewName("one-port");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("main", Containers.Sleep).With("portMappings", new[]
                {
                    new { containerPort = 80, hostPort = TestSettings.FreePort() },
                }),
            },
        });
        var both = await UntilHeardAsync(() => Api.CallAsync("RunTask", new { taskDefinition = family, count = 2 }));
        var first = (string)Assert.Single(both["tasks"]!.AsArray())!["taskArn"]!;
        Assert.Equal("RESOURCE:PORTS", (string?)Assert.Single(both["failures"]!.AsArray())!["reason"]);

        await WhenAsync("default", first, "RUNNING");
        await Api.CallAsync("StopTask", new { task = first });
        await WhenAsync("default", first, "STOPPED");

        var second = Assert.Single(await RunAsync("default", family));
        await WhenAsync("default", second, "RUNNING");
        await Api.CallAsync("StopTask", new { task = second });
        // Its port is the instance's again: the next test finds that as it was.
        await WhenAsync("default", second, "STOPPED");
    }

    [Fact]
    public async Task Given_a_cluster_without_instances_when_a_task_is_run_then_the_error_says_so()
    {
        var cluster = NewName("empty");
        await Api.CallAsync("CreateCluster", new { clusterName = cluster });
        var definition = await DefineAsync(NewName("homeless"), "sleep 1");

        var refused = await Api.RefusedAsync("RunTask", new { cluster, taskDefinition = definition });

        Assert.Equal("InvalidParameterException", refused.Type);
        Assert.Equal("No Container Instances were found in your cluster.", refused.Text);
    }

    private async Task<int> RegisteredAsync(string resource)
    {
        var listed = await Api.CallAsync("ListContainerInstances", new { });
        var shown = await Api.CallAsync(
            "DescribeContainerInstances", new { containerInstances = listed["containerInstanceArns"]!.AsArray() });
        JsonNode instance = shown["containerInstances"]![0]!;
        return (int)instance["registeredResources"]!.AsArray()
            .Single(item => (string?)item!["name"] == resource)!["integerValue"]!;
    }
}

using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Fidelity;

/// <summary>
/// What <c>docs/api.md</c> says of members that differ from ECS's, row by row, on the real services. That a member is here or
/// not, the document takes from the code itself.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class ToldDifferences(CalmStack stack) : StackTest(stack)
{
    private const string Register = "RegisterTaskDefinition";
    private const string Container = "containerDefinitions[].";

    [Fact]
    public async Task Given_a_member_that_takes_less_than_in_ecs_when_it_asks_for_more_then_it_is_refused_by_its_name()
    {
        await Api.CallAsync(Register, ForbiddenRequest.Definition);
        var wrong = new List<string>();
        foreach (var (operation, path, value) in new (string, string, JsonNode)[]
        {
            ("RunTask", "enableExecuteCommand", true),
            ("StartTask", "enableExecuteCommand", true),
            ("RunTask", "launchType", "FARGATE"),
            ("PutClusterCapacityProviders", "capacityProviders", new JsonArray("FARGATE")),
            (Register, "networkMode", "awsvpc"),
            (Register, "requiresCompatibilities", new JsonArray("FARGATE")),
            (Register, "runtimePlatform.operatingSystemFamily", "WINDOWS_SERVER_2022_CORE"),
            (Register, Container + "logConfiguration.logDriver", "awslogs"),
            (Register, Container + "logConfiguration.logDriver", "awsfirelens"),
            (Register, Container + "firelensConfiguration", new JsonObject { ["type"] = "fluentd" }),
            (Register, Container + "secrets[].valueFrom", "arn:aws:ssm:us-east-1:000000000000:parameter/a"),
            (Register, Container + "environmentFiles[].type", "s3"),
        })
        {
            var (status, text) = await Api.PostAsync(operation, ForbiddenRequest.With(operation, path, value).Body.ToJsonString());
            var member = path.Split('.')[^1];
            var field = (string?)JsonNode.Parse(text)!["field"] ?? "";
            if ((int)status != 400 || !field.Contains(member.Split('[')[0], StringComparison.Ordinal)) wrong.Add($"{operation} {path}: {text}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Given_startedBy_in_a_list_when_desiredStatus_stands_beside_it_then_both_hold_and_no_other_filter_may()
    {
        foreach (var desiredStatus in new[] { "RUNNING", "STOPPED" })
        {
            Assert.Empty((await Api.CallAsync("ListTasks", new { startedBy = NewName("nobody"), desiredStatus }))["taskArns"]!.AsArray());
        }

        foreach (var filter in new[] { "family", "containerInstance", "serviceName", "launchType" })
        {
            var body = new Dictionary<string, string> { ["startedBy"] = "a", [filter] = filter is "launchType" ? "EC2" : "b" };
            var error = await Api.RefusedAsync("ListTasks", body);
            Assert.Equal(("InvalidParameterException", "startedBy"), (error.Type, (string?)error.Body["field"]));
        }
    }

    [Fact]
    public async Task Given_members_that_are_kept_and_shown_when_given_then_they_are()
    {
        var name = NewName("told");
        await Api.CallAsync("CreateCluster", new
        {
            clusterName = name,
            configuration = new { executeCommandConfiguration = new { logging = "NONE" } },
            settings = new[] { new { name = "containerInsights", value = "enhanced" } },
        });
        var cluster = (await Api.CallAsync(
            "DescribeClusters", new { clusters = new[] { name }, include = new[] { "CONFIGURATIONS", "SETTINGS" } }))["clusters"]![0]!;
        Assert.Equal("NONE", (string?)cluster["configuration"]!["executeCommandConfiguration"]!["logging"]);
        Assert.Equal("enhanced", (string?)cluster["settings"]![0]!["value"]);
        Assert.Equal(0, (int)cluster["activeServicesCount"]!);

        await DefineAsync(name, "sleep 1");
        await Api.CallAsync("DeregisterTaskDefinition", new { taskDefinition = $"{name}:1" });
        await Api.CallAsync("DeleteTaskDefinitions", new { taskDefinitions = new[] { $"{name}:1" } });
        var given = (await Api.CallAsync("DescribeTaskDefinition", new { taskDefinition = $"{name}:1" }))["taskDefinition"]!;
        Assert.Equal("DELETE_IN_PROGRESS", (string?)given["status"]);
        Assert.Equal(["EXTERNAL", "EC2"], given["compatibilities"]!.AsArray().Select(type => (string)type!));
        Assert.Empty((await Api.CallAsync("ListTaskDefinitionFamilies", new { familyPrefix = name }))["families"]!.AsArray());
    }

    [Fact]
    public async Task Given_a_task_when_asked_for_what_only_services_and_clouds_have_then_it_is_none()
    {
        await using var agent = await SilentAgent.JoinAsync(Stack, "default", 64, Containers.Memory, "told-machine");
        var definition = await DefineAsync(NewName("told"), "sleep 1");
        var run = await Eventually.GetAsync(
            "the double is heard",
            () => Api.CallAsync("StartTask", new { taskDefinition = definition, containerInstances = new[] { agent.InstanceArn } }),
            answer => answer["tasks"]!.AsArray().Count == 1,
            retry: false);
        var tasks = new[] { (string)run["tasks"]![0]!["taskArn"]! };

        foreach (var (operation, body) in new (string, object)[]
        {
            ("GetTaskProtection", new { cluster = "default", tasks }),
            ("UpdateTaskProtection", new { cluster = "default", tasks, protectionEnabled = true }),
        })
        {
            var failure = Assert.Single((await Api.CallAsync(operation, body))["failures"]!.AsArray());
            Assert.Equal("TASK_NOT_VALID", (string?)failure!["reason"]);
        }

        var refused = await Api.RefusedAsync("ListTasks", new { serviceName = "web" });
        Assert.Equal("ServiceNotFoundException", refused.Type);
        Assert.DoesNotContain(
            tasks[0], (await Api.CallAsync("ListTasks", new { launchType = "FARGATE" }))["taskArns"]!.AsArray().Select(arn => (string)arn!));
        var shown = await Api.CallAsync("DescribeContainerInstances", new { containerInstances = new[] { agent.InstanceArn } });
        Assert.Equal("told-machine", (string?)shown["containerInstances"]![0]!["ec2InstanceId"]);
        await Api.CallAsync("DeregisterContainerInstance", new { containerInstance = agent.InstanceArn, force = true });
    }
}

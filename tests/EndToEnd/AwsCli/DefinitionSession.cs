using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.AwsCli;

[Collection(CalmTests.Name)]
public sealed class DefinitionSession(CalmStack stack) : AwsSession(stack)
{
    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_definitions_are_registered_then_every_way_to_name_them_finds_them(
        string cli)
    {
        var family = NewName("definitions");
        var containers = FileOf(new[] { Containers.Shell("main", "sleep 1") });
        var first = (await AwsAsync(
            cli, "register-task-definition", "--family", family, "--container-definitions", containers)).Good().Json;
        Assert.Equal(1, (int)first["taskDefinition"]!["revision"]!);

        var file = FileOf(new { family, containerDefinitions = new[] { Containers.Shell("main", "sleep 2") } });
        var second = (await AwsAsync(cli, "register-task-definition", "--cli-input-json", file)).Good().Json;
        var arn = (string)second["taskDefinition"]!["taskDefinitionArn"]!;
        Assert.Equal($"arn:aws:ecs:us-east-1:{Stack.Account}:task-definition/{family}:2", arn);

        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            versionLabel = "9a56714245e7e603127",
            containerDefinitions = new[] { Containers.Shell("main", "sleep 3") },
        });

        Assert.Equal(3, await RevisionAsync(cli, family));
        Assert.Equal(1, await RevisionAsync(cli, $"{family}:1"));
        Assert.Equal(2, await RevisionAsync(cli, arn));
        Assert.Equal(3, await RevisionAsync(cli, $"{family}:9a56714245e7e603127"));
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_a_definition_is_deregistered_then_it_is_inactive_and_runs_no_more(
        string cli)
    {
        var family = NewName("retired");
        await DefineAsync(family, "sleep 1");
        await DefineAsync(family, "sleep 2");

        var retired = (await AwsAsync(
            cli, "deregister-task-definition", "--task-definition", $"{family}:1")).Good().Json["taskDefinition"]!;
        Assert.Equal("INACTIVE", (string?)retired["status"]);

        var active = (await AwsAsync(cli, "list-task-definitions", "--family-prefix", family)).Good().Json;
        Assert.Equal([$"{family}:2"], Names(active["taskDefinitionArns"]!));
        var inactive = (await AwsAsync(
            cli, "list-task-definitions", "--family-prefix", family, "--status", "INACTIVE")).Good().Json;
        Assert.Equal([$"{family}:1"], Names(inactive["taskDefinitionArns"]!));
        var families = (await AwsAsync(cli, "list-task-definition-families", "--family-prefix", family)).Good().Json;
        Assert.Equal([family], Names(families["families"]!));

        var run = await AwsAsync(cli, "run-task", "--task-definition", $"{family}:1");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("ClientException", run.Errors, StringComparison.Ordinal);
        Assert.Contains("inactive", run.Errors, StringComparison.OrdinalIgnoreCase);
        var unknown = await AwsAsync(cli, "describe-task-definition", "--task-definition", "none-such");
        Assert.Contains("Unable to describe task definition", unknown.Errors, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_aws_cli_when_what_is_off_is_said_then_it_is_described_as_it_was_said(string cli)
    {
        var family = NewName("off");
        var off = JsonNode.Parse("""
            {"name": "main", "image": "web:1", "memory": 16, "privileged": false, "readonlyRootFilesystem": false,
             "interactive": false, "pseudoTerminal": false, "disableNetworking": false, "stopTimeout": 0, "startTimeout": 0,
             "healthCheck": {"command": ["NONE"]},
             "mountPoints": [{"sourceVolume": "data", "containerPath": "/data", "readOnly": false}],
             "linuxParameters": {"initProcessEnabled": false, "sharedMemorySize": 0, "maxSwap": 0}}
            """)!;
        var file = FileOf(new { family, containerDefinitions = new[] { off }, volumes = new[] { new { name = "data" } } });

        (await AwsAsync(cli, "register-task-definition", "--cli-input-json", file)).Good();

        var described = (await AwsAsync(cli, "describe-task-definition", "--task-definition", family)).Good().Json;
        var shown = described["taskDefinition"]!["containerDefinitions"]![0]!;
        Assert.All(off.AsObject(), member => Assert.True(
            JsonNode.DeepEquals(member.Value, shown[member.Key]), $"{member.Key}: {shown[member.Key]?.ToJsonString() ?? "not there"}"));
    }

    private async Task<int> RevisionAsync(string cli, string name)
    {
        var run = await AwsAsync(cli, "describe-task-definition", "--task-definition", name);
        return (int)run.Good().Json["taskDefinition"]!["revision"]!;
    }

    private static IEnumerable<string> Names(JsonNode list) =>
        list.AsArray().Select(item => ((string)item!)[(((string)item!).LastIndexOf('/') + 1)..]);
}

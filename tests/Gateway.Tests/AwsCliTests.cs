using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Gateway.Tests;

/// <summary>
/// The shapes of requests and replies as the unmodified AWS CLI makes and reads them. The bus is a double; whole
/// sessions against the real services are in the end-to-end tests.
/// </summary>
public class AwsCliTests
{
    public static TheoryData<string> Clis => AwsCli.Paths();

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_a_region_and_a_key_when_a_cluster_is_made_then_the_command_is_in_their_scope(string aws)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (command, _) => Task.FromResult(CommandSenderDouble.Result(new ClusterResult(
            new ClusterDescription
            {
                ClusterArn = Arn.Cluster(new Scope(command.Account, command.Region), "blue").ToString(),
                ClusterName = "blue",
                Status = "ACTIVE",
            })));

        var run = await AwsCli.RunAsync(aws, gateway.Address, "create-cluster", "--cluster-name", "blue");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var cluster = JsonNode.Parse(run.Output)!["cluster"]!;
        Assert.Equal("arn:aws:ecs:eu-west-1:000000000000:cluster/blue", (string?)cluster["clusterArn"]);
        var sent = Assert.IsType<CreateCluster>(Assert.Single(gateway.Bus.Sent));
        Assert.Equal(("blue", "arn:aws:iam::000000000000:user/alice"), (sent.ClusterName, sent.Actor));
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_a_list_of_pages_when_listed_then_the_cli_reads_all_of_them(string aws)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (command, _) => Task.FromResult(CommandSenderDouble.Result(
            ((ListClusters)command).NextToken switch
            {
                null => new ListClustersResult(["arn:1"], "t1"),
                "t1" => new ListClustersResult(["arn:2"], "t2"),
                _ => new ListClustersResult(["arn:3"], null),
            }));

        var run = await AwsCli.RunAsync(aws, gateway.Address, "list-clusters", "--page-size", "1");

        var arns = JsonNode.Parse(run.Output)!["clusterArns"]!.AsArray().Select(arn => (string?)arn);
        Assert.Equal(["arn:1", "arn:2", "arn:3"], arns);
        Assert.All(gateway.Bus.Sent, command => Assert.Equal(1, ((ListClusters)command).MaxResults));
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_a_refusal_when_read_then_the_cli_names_its_type_and_message(string aws)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(
            CommandSenderDouble.Refusal(ErrorTypes.ClusterNotFound, "Cluster not found."));

        var run = await AwsCli.RunAsync(aws, gateway.Address, "delete-cluster", "--cluster", "x");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(
            "An error occurred (ClusterNotFoundException) when calling the DeleteCluster operation: Cluster not found.",
            run.Errors, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_an_operation_that_is_not_here_yet_when_called_then_the_cli_shows_its_name(string aws)
    {
        await using var gateway = await GatewayHost.StartAsync();

        var run = await AwsCli.RunAsync(aws, gateway.Address, "list-services");

        Assert.Contains("(UnknownOperationException)", run.Errors, StringComparison.Ordinal);
        Assert.Contains("does not have the ECS operation ListServices yet", run.Errors, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_tasks_when_described_and_waited_for_then_the_cli_reads_statuses_and_times(string aws)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (command, _) => Task.FromResult(CommandSenderDouble.Result(
            new TasksResult([Samples.Task(LifecycleStatus.Running)], [])));

        var described = await AwsCli.RunAsync(aws, gateway.Address, "describe-tasks", "--tasks", "x");
        var waited = await AwsCli.RunAsync(aws, gateway.Address, "wait", "tasks-running", "--tasks", "x");

        Assert.Equal((0, "", 0, ""), (described.ExitCode, described.Errors, waited.ExitCode, waited.Errors));
        var task = JsonNode.Parse(described.Output)!["tasks"]![0]!;
        Assert.Equal("RUNNING", (string?)task["lastStatus"]);
        Assert.Equal(8080, (int?)task["containers"]![0]!["networkBindings"]![0]!["hostPort"]);

        // The first generation of the CLI prints the number itself, the second its ISO form in the machine's zone.
        var created = task["createdAt"]!;
        Assert.Equal(
            Samples.CreatedAt.ToUnixTimeMilliseconds(),
            created.GetValueKind() is JsonValueKind.Number
                ? (long)(created.GetValue<decimal>() * 1000)
                : created.GetValue<DateTimeOffset>().ToUnixTimeMilliseconds());
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_a_task_that_is_missing_when_waited_for_then_the_cli_gives_up(string aws)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(
            new TasksResult([], [new Failure("x", "MISSING")])));

        var run = await AwsCli.RunAsync(aws, gateway.Address, "wait", "tasks-running", "--tasks", "x");

        Assert.Equal(255, run.ExitCode);
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_no_answer_at_first_when_a_task_is_run_then_the_cli_s_retry_is_safe(string aws)
    {
        await using var gateway = await GatewayHost.StartAsync();
        var calls = 0;
        gateway.Bus.Answering = (_, _) => ++calls == 1
            ? throw new TimeoutException()
            : Task.FromResult(CommandSenderDouble.Result(new TasksResult([Samples.Task(LifecycleStatus.Pending)], [])));

        var run = await AwsCli.RunAsync(aws, gateway.Address, "run-task", "--task-definition", "web:1", "--count", "2");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(2, gateway.Bus.Sent.Count);
        Assert.All(gateway.Bus.Sent, command => Assert.NotNull(command.Deadline));

        // 2.9 says in no way that the second call is the first again: there the deadline alone keeps them apart.
        var isTold = gateway.Bus.Sent.All(command => ((RunTask)command).ClientToken is not null);
        Assert.Equal(isTold ? 1 : 2, gateway.Bus.Sent.Select(command => command.RepeatId).Distinct().Count());
        Assert.Equal(!await AwsCli.IsBeforeTokensAsync(aws), isTold);
    }

    [Theory, MemberData(nameof(Clis))]
    public async Task Given_a_described_definition_when_the_cli_registers_it_again_then_it_is_taken(string aws)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(
            new TaskDefinitionResult(Samples.Definition())));
        var described = await AwsCli.RunAsync(
            aws, gateway.Address, "describe-task-definition", "--task-definition", "web", "--include", "TAGS");
        var definition = JsonNode.Parse(described.Output)!["taskDefinition"]!.AsObject();
        string[] outputs =
            ["taskDefinitionArn", "revision", "status", "compatibilities", "registeredAt", "registeredBy"];
        foreach (var output in outputs) Assert.True(definition.Remove(output), output);

        var registered = await AwsCli.RunAsync(
            aws, gateway.Address, "register-task-definition", "--cli-input-json", definition.ToJsonString());

        Assert.Equal((0, ""), (registered.ExitCode, registered.Errors));
        var sent = Assert.IsType<RegisterTaskDefinition>(gateway.Bus.Sent[^1]);
        Assert.Equal("web", sent.ContainerDefinitions![0].Name);
    }
}

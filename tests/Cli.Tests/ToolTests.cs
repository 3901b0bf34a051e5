using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Tests;

namespace Ecs.Cli.Tests;

/// <summary>The whole tool against a real Gateway whose bus is a double.</summary>
public class ToolTests
{
    [Fact]
    public async Task Given_the_seed_s_words_when_a_cluster_is_made_then_it_is_shown_with_its_arn()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(new ClusterResult(Cluster)));

        var run = await Tool.RunAsync(gateway.Address, "create-cluster", "cluster-name");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("cluster-name", run.Output, StringComparison.Ordinal);
        Assert.Contains(Cluster.ClusterArn, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        var sent = Assert.IsType<CreateCluster>(Assert.Single(gateway.Bus.Sent));
        Assert.Equal(
            ("cluster-name", "eu-west-1", "arn:aws:iam::000000000000:user/alice"),
            (sent.ClusterName, sent.Region, sent.Actor));
    }

    [Fact]
    public async Task Given_json_when_asked_for_then_the_output_is_one_document_of_ecs()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(new ClusterResult(Cluster)));

        var run = await Tool.RunAsync(gateway.Address, "create-cluster", "cluster-name", "--json");

        Assert.Equal("cluster-name", (string?)run.Json["cluster"]!["clusterName"]);
    }

    [Fact]
    public async Task Given_pages_when_listed_as_json_then_they_are_one_document()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (command, _) => Task.FromResult(CommandSenderDouble.Result(
            ((ListTasks)command).NextToken is null
                ? new ListTasksResult(["arn:1"], "more")
                : new ListTasksResult(["arn:2"], null)));

        var run = await Tool.RunAsync(gateway.Address, "list-tasks", "--json");

        Assert.Equal(["arn:1", "arn:2"], run.Json["taskArns"]!.AsArray().Select(arn => (string?)arn));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Given_a_refusal_when_told_then_the_exit_code_is_1_and_the_error_is_ecs_s(bool json)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(
            CommandSenderDouble.Refusal(ErrorTypes.ClusterNotFound, "Cluster not found."));

        string[] words = ["delete-cluster", "x"];
        var run = await Tool.RunAsync(gateway.Address, json ? [.. words, "--json"] : words);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("ecs: ClusterNotFoundException: Cluster not found.", run.Errors.Trim());
        if (json) Assert.Equal("ClusterNotFoundException", (string?)run.Json["error"]!["type"]);
        else Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("nonsense"), InlineData("delete-cluster"), InlineData("list-clusters", "--nonsense")]
    [InlineData("run-task", "x", "--wait", "--no-wait"), InlineData("run-task", "x", "--count", "many")]
    [InlineData("run-task", "x", "--override", "web"), InlineData("list-clusters", "--endpoint-url", "nowhere")]
    [InlineData("register-task-definition", "/there/is/no/such/file")]
    public async Task Given_a_wrong_command_line_when_run_then_the_exit_code_is_2(params string[] words)
    {
        await using var gateway = await GatewayHost.StartAsync();

        var run = await Tool.RunAsync(gateway.Address, words);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.NotEqual("", run.Errors);
        Assert.Empty(gateway.Bus.Sent);
    }

    [Fact]
    public async Task Given_nobody_at_the_address_when_run_then_the_exit_code_is_3_and_says_what_to_try()
    {
        var run = await Tool.RunAsync(new Uri("http://127.0.0.1:9"), "list-clusters");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("Nothing answers at http://127.0.0.1:9/", run.Errors, StringComparison.Ordinal);
        Assert.Contains("ECS_ENDPOINT_URL", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_no_answer_at_first_when_run_then_the_tool_asks_again_with_the_same_token()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var calls = 0;
        gateway.Bus.Answering = (_, _) => ++calls == 1
            ? throw new TimeoutException()
            : Task.FromResult(CommandSenderDouble.Result(new TasksResult([Samples.Task(LifecycleStatus.Pending)], [])));

        var run = await Tool.RunAsync(gateway.Address, "run-task", "web", "--no-wait");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(2, gateway.Bus.Sent.Count);
        Assert.Single(gateway.Bus.Sent.Select(command => command.RepeatId).Distinct());
    }

    [Fact]
    public async Task Given_the_beginning_of_an_id_when_described_then_it_is_the_task_that_begins_so()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (command, _) => Task.FromResult(command is ListTasks list
            ? CommandSenderDouble.Result(new ListTasksResult(list.DesiredStatus is null ? [] : [Samples.TaskArn], null))
            : CommandSenderDouble.Result(new TasksResult([Samples.Task(LifecycleStatus.Stopped)], [])));

        var run = await Tool.RunAsync(gateway.Address, "describe-tasks", "01234");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal([Samples.TaskArn], Assert.IsType<DescribeTasks>(gateway.Bus.Sent[^1]).Tasks!);
        Assert.Contains("Essential container in task exited", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_range_of_ports_when_its_task_is_shown_then_both_ends_of_it_are_there()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var task = Samples.Task(LifecycleStatus.Running);
        var range = new NetworkBinding
        {
            BindIP = "0.0.0.0", ContainerPortRange = "80-84", HostPortRange = "40000-40004", Protocol = "udp",
        };
        task = task with { Containers = [task.Containers[0] with { NetworkBindings = [range] }] };
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(new TasksResult([task], [])));

        var run = await Tool.RunAsync(gateway.Address, "describe-tasks", Samples.TaskArn);
        var json = await Tool.RunAsync(gateway.Address, "describe-tasks", Samples.TaskArn, "--json");

        Assert.Contains("40000-40004->80-84/udp", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"hostPortRange\"", json.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"hostPort\"", json.Output, StringComparison.Ordinal);
    }

    [Theory, InlineData(ContainerHealth.Unhealthy, "UNHEALTHY"), InlineData(ContainerHealth.Unknown, null)]
    public async Task Given_tasks_when_shown_then_their_health_is_a_column_where_one_has_any(
        ContainerHealth health, string? word)
    {
        await using var gateway = await GatewayHost.StartAsync();
        var task = Samples.Task(LifecycleStatus.Running);
        task = task with
        {
            HealthStatus = health,
            Containers = [.. task.Containers.Select(container => container with { HealthStatus = health })],
        };
        gateway.Bus.Answering = (command, _) => Task.FromResult(command is ListTasks list
            ? CommandSenderDouble.Result(new ListTasksResult(list.DesiredStatus is "STOPPED" ? [] : [Samples.TaskArn], null))
            : CommandSenderDouble.Result(new TasksResult([task], [])));

        foreach (var words in new[] { new[] { "describe-tasks", Samples.TaskArn }, ["list-tasks"] })
        {
            var run = await Tool.RunAsync(gateway.Address, words);

            Assert.Equal((0, ""), (run.ExitCode, run.Errors));
            Assert.Equal(word is not null, run.Output.Contains("STATUS    HEALTH", StringComparison.Ordinal));
            if (word is not null) Assert.Matches($"RUNNING +{word}", run.Output);
            else Assert.DoesNotContain("UNKNOWN", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Given_the_beginning_of_two_ids_when_stopped_then_neither_is_and_both_are_named()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var other = Samples.TaskArn.Replace("abcdef", "ffffff", StringComparison.Ordinal);
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(
            new ListTasksResult([Samples.TaskArn, other], null)));

        var run = await Tool.RunAsync(gateway.Address, "stop-task", "0123");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'0123' may be 2 tasks", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Bus.Sent, command => command is StopTask);
    }

    [Fact]
    public async Task Given_help_when_asked_for_then_every_command_and_exit_code_is_there()
    {
        var run = await Tool.RunAsync(new Uri("http://127.0.0.1:9"), "--help");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        string[] words = ["create-cluster", "run-task", "history", "log", "dead-letters", "Exit codes", "--json"];
        foreach (var word in words)
        {
            Assert.Contains(word, run.Output, StringComparison.Ordinal);
        }
    }

    private static ClusterDescription Cluster => new()
    {
        ClusterArn = "arn:aws:ecs:eu-west-1:000000000000:cluster/cluster-name",
        ClusterName = "cluster-name",
        Status = "ACTIVE",
    };
}

using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Tests;

namespace Ecs.Cli.Tests;

/// <summary>Container instances: drained, taken out, told apart by attributes. The bus is a double.</summary>
public class InstanceTests
{
    private const string Id = "f00df00df00df00df00df00df00df00d";

    private static readonly string Instance = Arn.ContainerInstance(Scope.Default, "default", Id).ToString();

    [Fact]
    public async Task Given_the_beginning_of_an_id_when_drained_then_the_instance_is_shown_as_it_is_now()
    {
        await using var gateway = await StartAsync(new ContainerInstancesResult([Description("DRAINING")], []));

        var run = await Tool.RunAsync(
            gateway.Address, "update-container-instances-state", "f00d", "--status", "DRAINING", "--cluster", "c");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches("f00df00df00d +box +DRAINING", run.Output);
        var sent = Assert.Single(gateway.Bus.Sent.OfType<UpdateContainerInstancesState>());
        Assert.Equal(("c", "DRAINING"), (sent.Cluster, sent.Status));
        Assert.Equal([Instance], sent.ContainerInstances!);
    }

    [Fact]
    public async Task Given_an_instance_that_is_not_there_when_drained_then_the_exit_code_is_4()
    {
        await using var gateway = await StartAsync(
            new ContainerInstancesResult([], [new Failure(Instance, "MISSING")]));

        var run = await Tool.RunAsync(
            gateway.Address, "update-container-instances-state", Instance, "--status", "ACTIVE");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal($"{Id}: MISSING", run.Errors.Trim());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Given_an_instance_when_deregistered_then_force_is_said_only_where_it_was_typed(bool force)
    {
        await using var gateway = await StartAsync(new ContainerInstanceResult(Description("INACTIVE")));

        var run = await Tool.RunAsync(
            gateway.Address, ["deregister-container-instance", "f00d", .. force ? ["--force"] : Array.Empty<string>()]);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("INACTIVE", run.Output, StringComparison.Ordinal);
        var sent = Assert.Single(gateway.Bus.Sent.OfType<DeregisterContainerInstance>());
        Assert.Equal((Instance, force ? true : null), (sent.ContainerInstance, sent.Force));
    }

    [Fact]
    public async Task Given_attributes_when_put_then_each_goes_to_the_instance_and_is_shown()
    {
        await using var gateway = await StartAsync(new AttributesResult([Attribute("zone", "a"), Attribute("ssd")]));

        var run = await Tool.RunAsync(gateway.Address, "put-attributes", "f00d", "zone=a", "ssd");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches("f00df00df00d +zone +a", run.Output);
        var sent = Assert.Single(gateway.Bus.Sent.OfType<PutAttributes>());
        Assert.Equal([Attribute("zone", "a"), Attribute("ssd")], sent.Attributes!);
    }

    [Fact]
    public async Task Given_attributes_when_deleted_then_the_command_names_them()
    {
        await using var gateway = await StartAsync(new AttributesResult([Attribute("zone", "a")]));

        var run = await Tool.RunAsync(gateway.Address, "delete-attributes", Id, "zone=a", "--json");

        Assert.Equal("zone", (string?)run.Json["attributes"]![0]!["name"]);
        var sent = Assert.Single(gateway.Bus.Sent.OfType<DeleteAttributes>());
        Assert.Equal([Attribute("zone", "a") with { TargetId = Id }], sent.Attributes!);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Given_attributes_when_listed_then_every_page_is_there(bool json)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (command, _) => Task.FromResult(CommandSenderDouble.Result(
            ((ListAttributes)command).NextToken is null
                ? new ListAttributesResult([Attribute("zone", "a")], "more")
                : new ListAttributesResult([Attribute("zone", "b")], null)));

        string[] words = ["list-attributes", "--attribute-name", "zone"];
        var run = await Tool.RunAsync(gateway.Address, json ? [.. words, "--json"] : words);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        if (json) Assert.Equal(["a", "b"], run.Json["attributes"]!.AsArray().Select(one => (string?)one!["value"]));
        else Assert.Matches(@"zone +a\s+f00df00df00d +zone +b", run.Output);
        var sent = Assert.IsType<ListAttributes>(gateway.Bus.Sent[0]);
        Assert.Equal(("container-instance", "zone"), (sent.TargetType, sent.AttributeName));
    }

    [Fact]
    public async Task Given_a_filter_when_instances_are_listed_then_it_is_sent_as_it_was_typed()
    {
        await using var gateway = await StartAsync(
            new DescribeContainerInstancesResult([Description("ACTIVE")], []));

        var run = await Tool.RunAsync(
            gateway.Address, "list-container-instances", "--filter", "attribute:zone in [a, b]");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("f00df00df00d", run.Output, StringComparison.Ordinal);
        Assert.Equal("attribute:zone in [a, b]", Assert.IsType<ListContainerInstances>(gateway.Bus.Sent[0]).Filter);
    }

    [Fact]
    public async Task Given_a_filter_that_nothing_passes_when_listed_then_no_agent_is_asked_for()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(
            CommandSenderDouble.Result(new ListContainerInstancesResult([], null)));

        var run = await Tool.RunAsync(gateway.Address, "list-container-instances", "--filter", "attribute:zone == x");

        Assert.Equal((0, "No container instance is like that."), (run.ExitCode, run.Errors.Trim()));
    }

    [Fact]
    public async Task Given_a_query_that_cannot_be_read_when_refused_then_the_caret_stands_under_the_mistake()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Refusal(
            ErrorTypes.InvalidParameter,
            "filter: an operator is expected, at character 16.\nattribute:zone = a\n               ^"));

        var run = await Tool.RunAsync(gateway.Address, "list-container-instances", "--filter", "attribute:zone = a");

        Assert.Equal(1, run.ExitCode);
        var lines = run.Errors.TrimEnd().Split('\n');
        Assert.Equal(
            "ecs: InvalidParameterException: filter: an operator is expected, at character 16.", lines[0]);
        Assert.Equal(lines[1].IndexOf('='), lines[2].IndexOf('^'));
    }

    private static InstanceAttribute Attribute(string name, string? value = null) => new()
    {
        Name = name,
        Value = value,
        TargetType = "container-instance",
        TargetId = Instance,
    };

    private static ContainerInstanceDescription Description(string status) => new()
    {
        ContainerInstanceArn = Instance,
        Ec2InstanceId = "box",
        Version = 1,
        VersionInfo = new VersionInfo(),
        RegisteredResources = [],
        RemainingResources = [],
        Status = status,
        AgentConnected = true,
        RunningTasksCount = 0,
        PendingTasksCount = 0,
        Attributes = [],
        RegisteredAt = Samples.CreatedAt,
    };

    private static async Task<GatewayHost> StartAsync(object result)
    {
        var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (command, _) => Task.FromResult(CommandSenderDouble.Result(
            command is ListContainerInstances ? new ListContainerInstancesResult([Instance], null) : result));
        return gateway;
    }
}

using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Tests;

namespace Ecs.Cli.Tests;

/// <summary>Tags as a person gives and takes them. The bus is a double.</summary>
public class TagTests
{
    private const string Definition = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:1";
    private const string Cluster = "arn:aws:ecs:us-east-1:000000000000:cluster/prod";

    [Theory, InlineData(Cluster), InlineData(Definition)]
    public async Task Given_tags_when_set_then_the_resource_s_owner_gets_them_and_all_its_tags_are_shown(string arn)
    {
        await using var gateway = await StartAsync();

        var run = await Tool.RunAsync(gateway.Address, "tag-resource", arn, "team=blue=sky", "plain");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches("cost +7", run.Output);
        var sent = Assert.Single(gateway.Bus.Sent.OfType<ISetsTags>());
        Assert.Equal(arn == Cluster ? typeof(TagResource) : typeof(TagTaskDefinition), sent.GetType());
        Assert.Equal([Tag("team", "blue=sky"), Tag("plain", null)], sent.Tags!);
        Assert.Equal(arn, Assert.Single(gateway.Bus.Sent.OfType<INamesResource>().Except([sent])).ResourceArn);
    }

    [Fact]
    public async Task Given_keys_when_taken_then_the_command_names_them()
    {
        await using var gateway = await StartAsync();

        var run = await Tool.RunAsync(gateway.Address, "untag-resource", Cluster, "team", "plain", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(["team", "plain"], Assert.Single(gateway.Bus.Sent.OfType<UntagResource>()).TagKeys!);
    }

    [Fact]
    public async Task Given_a_resource_when_its_tags_are_listed_for_a_program_then_they_are_ecs_s_json()
    {
        await using var gateway = await StartAsync();

        var run = await Tool.RunAsync(gateway.Address, "list-tags-for-resource", Definition, "--json");

        Assert.Equal("cost", (string?)run.Json["tags"]![0]!["key"]);
        Assert.IsType<ListTagsForTaskDefinition>(Assert.Single(gateway.Bus.Sent));
    }

    [Fact]
    public async Task Given_a_task_with_tags_when_described_then_they_are_asked_for_and_shown()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(new TasksResult(
            [Samples.Task(LifecycleStatus.Running) with { Tags = [Tag("cost", "7"), Tag("plain", "")] }], [])));

        var run = await Tool.RunAsync(gateway.Address, "describe-tasks", Samples.TaskArn);

        Assert.Matches("tags +cost=7, plain", run.Output);
        Assert.Equal(["TAGS"], Assert.Single(gateway.Bus.Sent.OfType<DescribeTasks>()).Include!);
    }

    private static async Task<GatewayHost> StartAsync()
    {
        var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (command, _) => Task.FromResult(CommandSenderDouble.Result(
            command is ListTagsForResource or ListTagsForTaskDefinition
                ? new TagsResult([Tag("cost", "7")])
                : new EmptyResult()));
        return gateway;
    }

    private static Tag Tag(string key, string? value) => new() { Key = key, Value = value };
}

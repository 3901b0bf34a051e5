using System.Net;
using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.Hosted;

public sealed class HistoryTests(WrittenLog written) : IAsyncLifetime
{
    private AuditedHouse _house = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await AuditedHouse.StartAsync(written);
        var writer = _house.Writer;
        await writer.WriteAsync(new CreateCluster(), ClusterCreated(), ClusterCreated("default2"));
        await writer.WriteAsync(new RegisterTaskDefinition(), Registered(1, "v1"));
        await writer.WriteAsync(new RegisterTaskDefinition(), Registered(2, "v2"));
        await writer.WriteAsync(new RegisterContainerInstance { Actor = "agent" }, InstanceRegistered());
        await writer.WriteAsync(new RunTask { CommandId = "run-1", Actor = "alice" }, Placed());
        await writer.WriteAsync(new SubmitTaskStates { Actor = "agent" }, Running());
        await writer.WriteAsync(new StopTask { CommandId = "stop-1", Actor = "bob" }, Stopping());
        await writer.WriteAsync(new SubmitTaskStates { Actor = "agent" }, Stopped());
        await writer.WriteAsync(new DeregisterTaskDefinition(), new TaskDefinitionDeregistered(Definition, 1, At));
        await writer.WriteAsync(new DeleteTaskDefinitions(), new TaskDefinitionDeletionRequested(Definition, 1, At));
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Theory]
    [InlineData(TaskId)]
    [InlineData("task/" + TaskId)]
    [InlineData("task/default/" + TaskId)]
    [InlineData("arn:aws:ecs:us-east-1:000000000000:task/default/" + TaskId)]
    public async Task Given_a_task_when_its_history_is_asked_then_it_is_told_from_request_to_stop(string of)
    {
        var history = await _house.GetAsync($"/history?of={of}");

        Assert.Equal(Happenings.Task, history.GetProperty("of").GetString());
        Assert.Equal(["task-placed", "task-running", "task-stopping", "task-stopped"], Events(history));
        var entries = history.GetProperty("entries").EnumerateArray().ToList();
        var actors = entries.Select(entry => entry.GetProperty("actor").GetString());
        Assert.Equal(["alice", "agent", "bob", "agent"], actors);
        var command = entries[2].GetProperty("command");
        Assert.Equal("stop-1", command.GetProperty("id").GetString());
        Assert.Equal("stop-task", command.GetProperty("name").GetString());
        Assert.Contains("placed on instance", entries[0].GetProperty("what").GetString()!, StringComparison.Ordinal);
        Assert.All(entries, entry => Assert.True(entry.GetProperty("position").GetInt64() > 0));
        Assert.All(entries, entry => Assert.True(entry.TryGetProperty("time", out _)));
    }

    [Fact]
    public async Task Given_a_task_that_ended_more_than_a_year_ago_when_it_is_asked_for_then_nothing_of_it_has_expired()
    {
        var ended = await LastAsync(TaskId);
        await _house.Writer.WriteAsync(
            new UpdateCluster(), new ClusterUpdated { ClusterArn = Cluster, At = At.AddDays(400) });

        // It has left the working state, as in ECS.
        var now = await _house.GetAsync($"/state?at={await LastAsync("default")}");
        Assert.Equal(0, now.GetProperty("taskCount").GetInt32());
        Assert.Equal(
            ["task-placed", "task-running", "task-stopping", "task-stopped"],
            Events(await _house.GetAsync($"/history?of={TaskId}")));
        var then = await _house.GetAsync($"/state?at={ended}");
        Assert.Equal(Happenings.Task, then.GetProperty("tasks")[0].GetProperty("taskArn").GetString());

        async Task<long> LastAsync(string of) => (await _house.GetAsync($"/history?of={of}"))
            .GetProperty("entries").EnumerateArray().Last().GetProperty("position").GetInt64();
    }

    [Fact]
    public async Task Given_an_instance_when_its_history_is_asked_then_it_is_its_own() =>
        Assert.Equal(["container-instance-registered"], Events(await _house.GetAsync($"/history?of={InstanceId}")));

    [Fact]
    public async Task Given_a_cluster_when_its_history_is_asked_then_its_instances_and_tasks_are_in_it()
    {
        Assert.Equal(
            [
                "cluster-created", "container-instance-registered", "task-placed", "task-running", "task-stopping",
                "task-stopped",
            ],
            Events(await _house.GetAsync("/history?of=default")));
        Assert.Equal(["cluster-created"], Events(await _house.GetAsync("/history?of=default2")));
    }

    [Fact]
    public async Task Given_a_family_when_its_history_is_asked_then_all_of_it_or_one_revision_is_told()
    {
        Assert.Equal(
            [
                "task-definition-registered", "task-definition-registered", "task-definition-deregistered",
                "task-definition-deletion-requested",
            ],
            Events(await _house.GetAsync("/history?of=web")));
        foreach (var reference in new[] { "web:1", "web:v1", Definition })
        {
            Assert.Equal(
                ["task-definition-registered", "task-definition-deregistered", "task-definition-deletion-requested"],
                Events(await _house.GetAsync($"/history?of={reference}")));
        }
    }

    [Fact]
    public async Task Given_a_limit_when_the_rest_is_asked_for_then_the_parts_make_the_whole()
    {
        var first = await _house.GetAsync("/history?of=default&limit=4");
        var after = first.GetProperty("nextAfter").GetInt64();
        var rest = await _house.GetAsync($"/history?of=default&limit=4&after={after}");

        Assert.Equal(Events(await _house.GetAsync("/history?of=default")), [.. Events(first), .. Events(rest)]);
        Assert.False(rest.TryGetProperty("nextAfter", out _));
    }

    [Fact]
    public async Task Given_a_name_with_two_meanings_when_asked_then_both_are_named()
    {
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("web"));

        var error = await _house.GetAsync("/history?of=web", HttpStatusCode.BadRequest);

        Assert.Contains(
            "cluster/web or task-definition/web", error.GetProperty("message").GetString()!, StringComparison.Ordinal);
        Assert.Equal(["cluster-created"], Events(await _house.GetAsync("/history?of=cluster/web")));
    }

    [Theory]
    [InlineData("/history?of=ghost", "cluster/ghost or task-definition/ghost")]
    [InlineData("/history?of=web:9", "task-definition/web:9")]
    [InlineData("/history?of=web:v9", "task-definition/web:v9")]
    [InlineData("/history?of=default&region=eu-west-1", "cluster/default")]
    [InlineData("/history?of=" + TaskId + "&cluster=default2", "task/default2/" + TaskId)]
    public async Task Given_what_the_log_does_not_know_when_asked_then_it_is_404_and_named(string path, string named)
    {
        var error = await _house.GetAsync(path, HttpStatusCode.NotFound);

        Assert.Equal("ResourceNotFoundException", error.GetProperty("__type").GetString());
        Assert.Contains(named, error.GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/history", "of")]
    [InlineData("/history?of=a%20b", "of")]
    [InlineData("/history?of=default&limit=1001", "limit")]
    [InlineData("/history?of=default&color=red", "color")]
    public async Task Given_bad_input_when_a_history_is_asked_then_the_field_is_named(string path, string field)
    {
        var error = await _house.GetAsync(path, HttpStatusCode.BadRequest);

        Assert.Equal(field, error.GetProperty("field").GetString());
    }

    private static List<string> Events(JsonElement history) =>
        [.. history.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("event").GetString()!)];
}

using System.Net;
using System.Text.Json;
using Ecs.Auditor.Tests.Explaining;
using Ecs.Contracts.Commands;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>Explanations as they are asked for, from a real log that the Scheduler's own rules wrote.</summary>
public sealed class ExplainTests(WrittenLog written) : IAsyncLifetime
{
    private readonly PlayedFleet _fleet = new();
    private int _written;
    private AuditedHouse _house = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await AuditedHouse.StartAsync(written);
        _fleet.Instance(1, zone: "a");
        _fleet.Instance(2, zone: "b");
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Given_a_placed_task_when_asked_by_arn_end_or_id_then_account_choice_and_cause_are_there()
    {
        var task = _fleet.Run(new RunTask
        {
            TaskDefinition = "small",
            PlacementStrategy = [new() { Type = "binpack", Field = "cpu" }],
        })[0];
        await WriteAsync();

        foreach (var of in new[] { task, Uri.EscapeDataString(task), task.Split('/')[^1], $"task/default/{task.Split('/')[^1]}" })
        {
            var explained = await _house.GetAsync($"/explain/{of}");
            Assert.Equal(task, Text(explained, "of"));
            Assert.Equal("placed", Text(explained, "outcome"));
            Assert.Empty(explained.GetProperty("inconsistencies").EnumerateArray());
            var place = explained.GetProperty("placement");
            var best = explained.GetProperty("account").GetProperty("best")[0];
            Assert.Equal(Text(place, "containerInstanceArn"), Text(best, "containerInstanceArn"));
            Assert.Equal("test", Text(place, "rules"));
            Assert.Equal("binpack(cpu)", Text(place.GetProperty("choice"), "rule"));
            Assert.Equal("machine-1", Text(explained.GetProperty("machines"), Text(best, "containerInstanceArn")));
            var request = explained.GetProperty("request");
            Assert.Equal(("somebody", "run-task"), (Text(request, "actor"), Text(request.GetProperty("command"), "name")));
            Assert.Equal(place.GetProperty("position").GetInt64() - 1, explained.GetProperty("asOf").GetInt64());
        }
    }

    [Fact]
    public async Task Given_text_is_wanted_when_asked_then_it_is_sentences_and_json_for_whoever_takes_both()
    {
        var task = _fleet.Run(new RunTask { TaskDefinition = "small" })[0];
        await WriteAsync();

        var text = await _house.TextAsync($"/explain/{task}", "text/plain");

        Assert.StartsWith($"{task}\nsmall:1 was placed on instance 00000000… (machine-1)", text, StringComparison.Ordinal);
        Assert.Contains("by somebody with run-task (command command-3):\n", text, StringComparison.Ordinal);
        foreach (var accept in new[] { "*/*", "application/json, text/plain, */*" })
        {
            JsonElement.Parse(await _house.TextAsync($"/explain/{task}", accept));
        }
    }

    [Fact]
    public async Task Given_a_task_that_waits_when_room_comes_then_first_the_wait_is_told_and_then_who_made_room()
    {
        var tasks = _fleet.Run(new RunTask { TaskDefinition = "large", Count = 4, WaitForCapacity = 60 });
        await WriteAsync();
        var waiting = await _house.GetAsync($"/explain/{tasks[3]}");
        Assert.Equal("waiting", Text(waiting, "outcome"));
        Assert.StartsWith("large:1 waits for room until", Text(waiting, "what"), StringComparison.Ordinal);
        var wait = waiting.GetProperty("wait");
        Assert.Equal(1, wait.GetProperty("ahead").GetInt32());
        Assert.Equal(tasks[2], Text(wait.GetProperty("first")[0], "taskArn"));
        Assert.Equal(0, waiting.GetProperty("account").GetProperty("fitting").GetInt32());

        _fleet.Instance(3);
        await WriteAsync();
        var placed = await _house.GetAsync($"/explain/{tasks[2]}");

        Assert.Equal("placed", Text(placed, "outcome"));
        Assert.Equal(
            "register-container-instance", Text(placed.GetProperty("placement").GetProperty("command"), "name"));
        // What was asked about the newest state does not stand in the way of older ones.
        var first = await _house.GetAsync($"/explain/{tasks[0]}");
        Assert.Equal(2, first.GetProperty("account").GetProperty("considered").GetInt32());
    }

    [Fact]
    public async Task Given_refusals_when_their_cluster_is_asked_then_each_has_its_account_wherever_it_stands()
    {
        for (var i = 0; i < 2; i++) _fleet.When(new RunTask { TaskDefinition = "large", Count = 10 });
        _fleet.When(new RunTask { TaskDefinition = "large", Count = 3 });
        await WriteAsync();

        var explained = await _house.GetAsync("/explain/default");

        Assert.Equal(Happenings.Cluster, Text(explained, "of"));
        var refusals = explained.GetProperty("refusals").EnumerateArray().ToList();
        Assert.Equal([3, 10, 8], refusals.Select(refusal => refusal.GetProperty("count").GetInt32()));
        Assert.All(refusals, refusal => Assert.Equal(
            2, refusal.GetProperty("account").GetProperty("considered").GetInt32()));
        var full = refusals[2].GetProperty("position").GetInt64();
        Assert.False(refusals[2].TryGetProperty("accountFrom", out _));
        Assert.All(refusals[..2], refusal => Assert.Equal(full, refusal.GetProperty("accountFrom").GetInt64()));
        var text = await _house.TextAsync("/explain/cluster/default", "text/plain");
        Assert.Contains("3 tasks of large:1, group family:large", text, StringComparison.Ordinal);
        Assert.Contains($"The account is that of the refusal at position {full}.\n", text, StringComparison.Ordinal);
        Assert.Matches("RESOURCE:CPU +2 +00000000… +machine-1 +needs 900", text);
    }

    [Fact]
    public async Task Given_a_cluster_that_refused_nothing_when_asked_then_that_is_said()
    {
        await WriteAsync();

        Assert.Equal(
            "default has refused no task for want of room", Text(await _house.GetAsync("/explain/default"), "what"));
    }

    [Theory]
    [InlineData("/explain/0123456789abcdef0123456789abcdef", 404)]
    [InlineData("/explain/nonsense", 404)]
    [InlineData("/explain/default?region=eu-west-1", 404)]
    [InlineData("/explain/task-definition/small", 400)]
    [InlineData("/explain/web:1", 400)]
    [InlineData("/explain/default?color=red", 400)]
    [InlineData("/explain/a%20b", 400)]
    public async Task Given_what_cannot_be_explained_when_asked_then_it_is_an_error_in_json(string path, int status)
    {
        await WriteAsync();

        var error = JsonElement.Parse(await _house.TextAsync(path, "text/plain", (HttpStatusCode)status));

        Assert.EndsWith("Exception", Text(error, "__type"), StringComparison.Ordinal);
    }

    private async Task WriteAsync()
    {
        for (; _written < _fleet.Decided.Count; _written++)
        {
            var (command, events) = _fleet.Decided[_written];
            await _house.Writer.WriteAsync(command, [.. events]);
        }
    }

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}

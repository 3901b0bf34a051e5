using System.Net;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Queries;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>The past as it is asked for, from a real log that the Scheduler's own rules wrote.</summary>
public sealed class PastTests(WrittenLog written) : PlayedHouse(written)
{
    [Fact]
    public async Task Given_a_log_when_any_moment_is_asked_then_each_query_is_answered_as_it_would_have_been_then()
    {
        var moments = new List<(long Position, FleetState State)>();
        async Task Keep() => moments.Add((await WriteAsync(), Fleet.State));
        Fleet.Instance(1, zone: "a");
        await Keep();
        Fleet.Instance(2, zone: "b");
        await Keep();
        var tasks = Fleet.Run(new RunTask { TaskDefinition = "small", Count = 3 });
        await Keep();
        Fleet.When(new StopTask { Task = tasks[0], Reason = "seen enough" });
        await Keep();
        Fleet.Now += FleetState.StoppedTaskRetention * 3;
        Fleet.When(new CreateCluster { ClusterName = "other" });
        await Keep();

        Command[] queries =
        [
            new DescribeClusters { Clusters = ["default", "other"] },
            new ListClusters(),
            new ListTasks(),
            new ListTasks { DesiredStatus = "STOPPED" },
            new ListTasks { Cluster = "nowhere" },
            new ListContainerInstances { Filter = "attribute:zone == b" },
            new DescribeTasks { Tasks = [.. tasks, "0123456789abcdef0123456789abcdef"] },
        ];
        // Newest first, so that what is kept of one moment must not show in an earlier one.
        foreach (var (position, state) in moments.AsEnumerable().Reverse())
        {
            foreach (var query in queries)
            {
                var (answer, at, error) = await AskAsync($"{position}", query with { CommandId = "q" });
                Assert.Equal("", error);
                Assert.Equal($"{position}", at);
                var then = FleetQueries.Answer(state, query);
                Assert.Equal(Text(then.Result), answer!.Result is { } result ? Text(result) : "null");
                Assert.Equal(then.Error, answer.Error);
            }
        }
    }

    [Fact]
    public async Task Given_a_task_when_described_at_two_moments_then_it_is_as_it_was_at_each()
    {
        Fleet.Instance(1);
        var task = Fleet.Run(new RunTask { TaskDefinition = "small" })[0];
        var placed = await WriteAsync();
        Fleet.When(new StopTask { Task = task });
        var stopping = await WriteAsync();

        Assert.Equal(("PENDING", "RUNNING"), await StatusAsync(placed, task));
        Assert.Equal("STOPPED", (await StatusAsync(stopping, task)).Desired);
    }

    [Fact]
    public async Task Given_times_when_asked_then_the_last_whole_commit_up_to_them_answers_and_the_future_is_refused()
    {
        Assert.Equal("0", (await AskAsync("2026-01-01T00:00:00Z", new ListClusters())).Position);
        Fleet.Instance(1);
        var first = await WriteAsync();
        var time = (await House.GetAsync($"/state?at={first}")).GetProperty("logTime").GetDateTimeOffset();
        await Task.Delay(20);
        Fleet.Instance(2);
        var second = await WriteAsync();

        Assert.Equal(first, (await House.GetAsync($"/state?at={Iso(time)}")).GetProperty("position").GetInt64());
        var between = time.ToOffset(TimeSpan.FromHours(2)) + TimeSpan.FromMilliseconds(1);
        Assert.Equal(first, (await House.GetAsync($"/state?at={Iso(between)}")).GetProperty("position").GetInt64());
        Assert.Equal(
            second, (await House.GetAsync($"/state?at={Iso(DateTimeOffset.UtcNow)}")).GetProperty("position").GetInt64());
        foreach (var future in new[] { "2999-01-01T00:00:00Z", $"{second + 1}", "99999999999999999999" })
        {
            Assert.Contains("is in the future", (await AskAsync(future, new ListClusters())).Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Given_a_moment_before_the_log_when_asked_then_it_is_empty_and_says_so()
    {
        Fleet.Instance(1);
        await WriteAsync();

        var state = await House.GetAsync("/state?at=2026-01-01T00:00:00Z");
        Assert.Equal(0, state.GetProperty("position").GetInt64());
        Assert.StartsWith("before the first event", state.GetProperty("what").GetString(), StringComparison.Ordinal);
        Assert.Empty(state.GetProperty("clusters").EnumerateArray());
        var (answer, _, _) = await AskAsync("0", new ListTasks());
        Assert.Equal(ErrorTypes.ClusterNotFound, answer!.Error!.Type);
        Assert.EndsWith("(The log was still empty then.)", answer.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/state", "at must be a position")]
    [InlineData("/state?at=yesterday", "such as 2026-11-22T14:05:00Z")]
    [InlineData("/state?at=2026-11-22T14:05:00", "with its zone")]
    [InlineData("/state?at=-1", "at must be a position")]
    [InlineData("/state?at=0&color=red", "is not a parameter")]
    [InlineData("/state?at=0&cluster=arn:aws:ecs:eu-west-1:000000000000:cluster/default", "cluster must be")]
    [InlineData("/diff?from=0", "to must be a position")]
    [InlineData("/diff?from=1&to=0", "upside down")]
    [InlineData("/diff?from=0&to=999999", "is in the future")]
    public async Task Given_a_question_that_cannot_be_answered_when_asked_then_the_error_says_why(string path, string why)
    {
        Fleet.Instance(1);
        await WriteAsync();

        var error = await House.GetAsync(path, HttpStatusCode.BadRequest);

        Assert.Contains(why, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_what_writes_or_is_unknown_when_sent_into_the_past_then_it_is_refused()
    {
        Assert.Contains("the past cannot be changed", (await AskAsync("0", new RunTask())).Error, StringComparison.Ordinal);
        Command[] ofNow =
            [new GetAssignments(), new GetFleetDigest(), new GetFamiliesDigest(), new GetFleetState(), new GetFamiliesState()];
        foreach (var query in ofNow)
        {
            Assert.Contains("which act now", (await AskAsync("0", query)).Error, StringComparison.Ordinal);
        }

        Assert.Contains("There was no cluster", (await StateErrorAsync("nowhere")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_two_moments_when_compared_then_what_started_stopped_moved_and_changed_is_told_with_its_command()
    {
        Fleet.Instance(1);
        var early = Fleet.Run(new RunTask { TaskDefinition = "large" })[0];
        var waits = Fleet.Run(new RunTask { TaskDefinition = "large", WaitForCapacity = 600 })[0];
        Fleet.When(new CreateCluster { ClusterName = "other" });
        var from = await WriteAsync();
        Fleet.Instance(2, zone: "b");
        Fleet.When(new StopTask { Task = early, Reason = "seen enough" });
        var started = Fleet.Run(new RunTask { TaskDefinition = "port" })[0];
        var to = await WriteAsync();

        var diff = await House.GetAsync($"/diff?from={from}&to={to}");

        Assert.Equal([started], Of(diff, "started"));
        Assert.Equal("run-task", diff.GetProperty("started").GetProperty("entries")[0]
            .GetProperty("command").GetProperty("name").GetString());
        Assert.Equal([waits], Of(diff, "moved"));
        Assert.Contains(early, Of(diff, "changed"));
        Assert.Contains(Fleet.Instances.Last(), Of(diff, "changed"));
        var changed = diff.GetProperty("changed").GetProperty("entries").EnumerateArray()
            .Single(entry => entry.GetProperty("of").GetString() == early);
        Assert.Contains(changed.GetProperty("fields").EnumerateArray(), field =>
            field.GetProperty("path").GetString() == "desiredStatus"
            && field.GetProperty("before").GetString() == "\"RUNNING\""
            && field.GetProperty("after").GetString() == "\"STOPPED\"");
        Assert.Empty(Of(await House.GetAsync($"/diff?from={from}&to={to}&cluster=other"), "changed"));
        Assert.Empty(Of(await House.GetAsync($"/diff?from={to}&to={to}"), "changed"));
        var unknown = await House.GetAsync($"/diff?from={from}&to={to}&cluster=nowhere", HttpStatusCode.NotFound);
        Assert.Equal("cluster", unknown.GetProperty("field").GetString());
    }

    private async Task<string> StateErrorAsync(string cluster)
    {
        Fleet.Instance(1);
        var position = await WriteAsync();
        return (await House.GetAsync($"/state?at={position}&cluster={cluster}", HttpStatusCode.NotFound))
            .GetProperty("message").GetString()!;
    }

    private async Task<(string? Last, string? Desired)> StatusAsync(long position, string task)
    {
        var (answer, _, _) = await AskAsync($"{position}", new DescribeTasks { Tasks = [task] });
        var shown = answer!.Result!.Value.GetProperty("tasks")[0];
        return (shown.GetProperty("lastStatus").GetString(), shown.GetProperty("desiredStatus").GetString());
    }

    private static IEnumerable<string?> Of(JsonElement diff, string kind) =>
        diff.GetProperty(kind).GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("of").GetString());

    private static string Text(object? result) => JsonSerializer.Serialize(result, EcsJson.Options);

    private static string Iso(DateTimeOffset time) =>
        Uri.EscapeDataString(time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffK", System.Globalization.CultureInfo.InvariantCulture));
}

using System.Net;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>Following with filters, with server-sent events, and by a consumer that is cut off again and again.</summary>
public sealed class FollowTests(WrittenLog written) : IAsyncLifetime
{
    private AuditedHouse _house = null!;

    public async ValueTask InitializeAsync() => _house = await AuditedHouse.StartAsync(written);

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Given_filters_when_the_log_is_asked_then_each_lets_through_what_it_says()
    {
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("default"), ClusterCreated("other"));
        await _house.Writer.WriteAsync(new RunTask(), Placed());
        var task = Arn.Parse(Happenings.Task);

        Assert.Equal([1, 2], await PositionsAsync("kind=cluster"));
        Assert.Equal([3], await PositionsAsync("event=task-placed,task-stopped"));
        Assert.Equal([2], await PositionsAsync("cluster=other"));
        Assert.Contains(3, await PositionsAsync($"cluster={task.ClusterName}"));
        Assert.Equal([3], await PositionsAsync($"task={task.Name}"));
        Assert.Equal([1, 2, 3], await PositionsAsync($"account={task.Scope.Account}&region={task.Scope.Region}"));
        Assert.Empty(await PositionsAsync("region=elsewhere"));
        Assert.Empty(await PositionsAsync("family=none"));
        Assert.Empty(await PositionsAsync("instance=none"));
        Assert.Equal([1], await PositionsAsync("kind=cluster&limit=1"));
    }

    [Fact]
    public async Task Given_a_filter_that_nothing_passes_when_followed_then_positions_go_on_all_the_same()
    {
        using var follower = await _house.FollowAsync("/log?follow=true&heartbeat=true&cluster=other");
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("a"), ClusterCreated("b"));
        Assert.Equal("""{"position":2}""", $"{await AfterAsync(follower, 0)}");

        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("other"));
        var line = await AfterAsync(follower, 2);
        Assert.Equal((3, "cluster-created"), (line.GetProperty("position").GetInt64(), line.GetProperty("event").GetString()));
    }

    [Fact]
    public async Task Given_server_sent_events_when_read_then_each_has_its_position_and_the_last_one_resumes()
    {
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("a"), ClusterCreated("b"), ClusterCreated("c"));

        var all = await _house.EventsAsync("/log?limit=3", lastEventId: null);
        Assert.Equal(["id: 1", "data: ", "", "id: 2", "data: ", "", "id: 3", "data: ", ""], all.Select(Field));
        Assert.Equal("b", JsonElement.Parse(all[4][6..]).GetProperty("data").GetProperty("clusterName").GetString());

        var rest = await _house.EventsAsync("/log?limit=1", lastEventId: "2");
        Assert.Equal(["id: 3", "data: ", ""], rest.Select(Field));
    }

    [Fact]
    public async Task Given_a_Last_Event_ID_that_is_none_when_asked_then_it_is_refused()
    {
        var refused = await _house.EventsAsync("/log?limit=1", "yesterday", HttpStatusCode.BadRequest);
        Assert.Contains("Last-Event-ID", string.Concat(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_consumer_that_is_cut_off_at_random_while_events_are_written_then_it_has_each_once_in_order()
    {
        const int commits = 120;
        var random = new Random(7);
        var writing = System.Threading.Tasks.Task.Run(async () =>
        {
            for (var i = 0; i < commits; i++)
            {
                await _house.Writer.WriteAsync(
                    new CreateCluster(), [.. Enumerable.Range(0, 5).Select(n => (IEvent)ClusterCreated($"c{i}-{n}"))]);
            }
        });

        // What it keeps is what it would have on disk: the positions it has dealt with.
        var kept = new List<long>();
        while (kept.Count < commits * 5)
        {
            var after = kept.LastOrDefault();
            using var follower = await _house.FollowAsync($"/log?follow=true&heartbeat=true&after={after}");
            for (var left = random.Next(1, 60); left > 0 && kept.Count < commits * 5; left--)
            {
                var line = (await follower.NextAsync())!.Value;
                if (line.TryGetProperty("event", out _)) kept.Add(line.GetProperty("position").GetInt64());
            }
        }

        await writing;
        Assert.Equal(await PositionsAsync(""), kept);
    }

    /// <summary>The next line behind a position: signs of life may come before it.</summary>
    private static async Task<JsonElement> AfterAsync(AuditedHouse.Follower follower, long position)
    {
        while (true)
        {
            var line = (await follower.NextAsync())!.Value;
            if (line.GetProperty("position").GetInt64() > position) return line;
        }
    }

    private async Task<IEnumerable<long>> PositionsAsync(string filter) =>
        (await _house.LinesAsync($"/log?{filter}")).Select(line => line.GetProperty("position").GetInt64());

    private static string Field(string line) => line.StartsWith("data: ", StringComparison.Ordinal) ? "data: " : line;
}

using System.Text.Json.Nodes;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Reading;

[Collection(CalmTests.Name)]
public sealed class LogReading(CalmStack stack) : StackTest(stack)
{
    [Fact]
    public async Task Given_tasks_that_run_when_the_log_is_followed_then_every_event_comes_once_and_in_order()
    {
        var definition = await DefineAsync(NewName("followed"), "true");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var direct = new EcsApi(Stack.Auditor.Url, Stack.Account);
        var followers = new[] { Follow(Api, end.Token), Follow(direct, end.Token) };
        var tasks = await RunAsync("default", definition, count: 3);
        foreach (var task in tasks) await WhenAsync("default", task, "STOPPED");

        var last = (await Promises.ReadAsync(Stack))[^1].Position;
        foreach (var follower in followers)
        {
            await Eventually.HoldsAsync(
                "the follower has seen the last event", () => follower.Seen.LastOrDefault() >= last);
        }

        await end.CancelAsync();
        var stored = (await Promises.ReadAsync(Stack)).Select(e => e.Position).ToList();
        foreach (var follower in followers)
        {
            await follower.Ended;
            var seen = follower.Seen.ToList();
            Assert.Equal(stored.Take(seen.Count), seen);
        }
    }

    [Fact]
    public async Task Given_a_position_when_the_log_is_read_then_all_that_is_after_it_comes_and_nothing_else()
    {
        await DefineAsync(NewName("read"), "true");
        var stored = await Promises.ReadAsync(Stack);
        var after = stored[stored.Count / 2].Position;

        var lines = (await Api.GetAsync($"log?after={after}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var seen = lines.Select(line => (long)JsonNode.Parse(line)!["position"]!).ToList();
        // The log may have grown between the two readings: what was there first must be there, in its order.
        var expected = stored.Select(e => e.Position).Where(position => position > after).ToList();
        Assert.Equal(expected, seen.Take(expected.Count));
        var first = JsonNode.Parse(lines[0])!;
        Assert.Equal(stored.First(e => e.Position > after).Name, (string?)first["event"]);
        Assert.NotNull(first["data"]);
    }

    private static Follower Follow(EcsApi api, CancellationToken ct) => new(api, ct);

    private sealed class Follower
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<long> _seen = [];

        public Follower(EcsApi api, CancellationToken ct) => Ended = RunAsync(api, ct);

        public IEnumerable<long> Seen => _seen;

        public Task Ended { get; }

        private async Task RunAsync(EcsApi api, CancellationToken ct)
        {
            try
            {
                using var lines = await api.FollowAsync("log?after=0&follow=true", ct);
                while (await lines.ReadLineAsync(ct) is { } line)
                {
                    if (line.Length > 0) _seen.Enqueue((long)JsonNode.Parse(line)!["position"]!);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // It has seen enough.
            }
        }
    }
}

using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>
/// A consumer on the bus that keeps its position: it binds first, has the gap sent again, and goes on with what was
/// published meanwhile.
/// </summary>
[Collection(Broker.InTurn)]
public sealed class ReplayedGapTests(WrittenLog written, Broker broker)
{
    private const int Commits = 120;
    private const int Each = 5;
    private const int MostAhead = 100;

    [Fact]
    public async Task Given_a_consumer_that_is_killed_at_random_while_events_are_written_then_it_has_each_once_in_order()
    {
        var uri = await broker.UriAsync();
        await Topology.DeclareAsync(new BusOptions(uri, "auditor-tests"), CancellationToken.None);
        await using var house = await AuditedHouse.StartAsync(written, uri);
        using var end = new CancellationTokenSource();
        var relaying = house.Writer.RelayAsync(
            (events, ct) => house.Publisher.PublishAsync(
                [.. events.Select(e => EventMessage.Of(e.WithoutData(), CanonicalJson.Bytes(e.Data)))], ct),
            end.Token);
        var random = new Random(7);
        var consumer = new KeepingConsumer(uri, Commits * Each);
        // The first commit is there before anybody binds, the last is not until the gap is closed: of both kinds some come.
        await WriteAsync(house.Writer, consumer, 0, 1);
        var writing = WriteAsync(house.Writer, consumer, 1, Commits - 1);

        var running = System.Threading.Tasks.Task.Run(async () =>
        {
            while (!consumer.HasAll) await consumer.RunAsync(random.Next(1, 60));
        });
        await consumer.HasAllButTheLast(Each).WaitAsync(TimeSpan.FromMinutes(2));
        await WriteAsync(house.Writer, consumer, Commits - 1, Commits);
        await running;

        await writing;
        var all = (await house.LinesAsync("/log")).Select(line => line.GetProperty("position").GetInt64());
        Assert.Equal(all, consumer.Kept);
        Assert.True(consumer.Replayed > 0 && consumer.Live > 0, $"{consumer.Replayed} again, {consumer.Live} live");
        await end.CancelAsync();
        await relaying;
        await house.StopAuditorAsync();
    }

    private static Task WriteAsync(Writer writer, KeepingConsumer consumer, int from, int to) => System.Threading.Tasks.Task.Run(async () =>
    {
        for (var i = from; i < to; i++)
        {
            // No faster than the consumer, who would else have it all sent again.
            while (i * Each - consumer.Kept.Count > MostAhead) await System.Threading.Tasks.Task.Delay(1);
            await writer.WriteAsync(
                new CreateCluster(), [.. Enumerable.Range(0, Each).Select(n => (IEvent)ClusterCreated($"c{i}-{n}"))]);
        }
    });

    /// <summary>What it keeps is what it would have on disk: the positions it has dealt with.</summary>
    private sealed class KeepingConsumer(Uri uri, int events)
    {
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _last;

        public List<long> Kept { get; } = [];

        public bool HasAll => Kept.Count >= events;

        public int Replayed { get; private set; }

        public int Live { get; private set; }

        /// <summary>Completes when it waits for the last events alone; that life is not ended any more.</summary>
        public Task HasAllButTheLast(int last)
        {
            Volatile.Write(ref _last, last);
            return _waits.Task;
        }

        /// <summary>Lives until it has had so many messages, and loses its connection then.</summary>
        public async Task RunAsync(int messages)
        {
            await using var asker = await Asker.ConnectAsync(uri, "#");
            await AskAsync(asker);
            // What is published while the gap is sent again waits until the gap is closed.
            List<long>? waiting = [];
            for (; messages > 0 && !HasAll; messages--)
            {
                if (waiting is null && Kept.Count == events - Volatile.Read(ref _last))
                {
                    messages = int.MaxValue;
                    _waits.TrySetResult();
                }

                var got = await asker.NextAsync();
                if (got.IsAnswer)
                {
                    var result = got.Json.GetProperty("result");
                    if (result.GetProperty("to").GetInt64() < result.GetProperty("end").GetInt64())
                    {
                        await AskAsync(asker);
                        continue;
                    }

                    foreach (var position in waiting!) Keep(position, isLive: true);
                    waiting = null;
                }
                else if (got.IsReplayed || waiting is null)
                {
                    Keep(got.Position, !got.IsReplayed);
                }
                else
                {
                    waiting.Add(got.Position);
                }
            }
        }

        private Task<string> AskAsync(Asker asker) => asker.AskAsync($$"""{"from":{{Kept.LastOrDefault() + 1}}}""");

        private void Keep(long position, bool isLive)
        {
            // Behind what it has: had already.
            if (position <= Kept.LastOrDefault()) return;

            Kept.Add(position);
            if (isLive) Live++;
            else Replayed++;
        }
    }
}

using Ecs.Contracts;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Reading;

/// <summary>
/// Consumers that are programs of their own and keep their position in a file, killed with kill -9 at random while the
/// house writes: over HTTP <c>ecs log --follow</c>, on the bus <c>examples/bus-node/follow.js</c>.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class KilledConsumers(CalmStack stack) : StackTest(stack)
{
    /// <summary>The house writes until each has died so often, and lives again.</summary>
    private const int Deaths = 8;

    /// <summary>The most lines that a life has before it is killed; some have none.</summary>
    private const int LongestLife = 40;

    /// <summary>How often it is looked whether a life has had its lines.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    [Theory]
    [InlineData(7)]
    [InlineData(11)]
    public async Task Given_consumers_that_are_killed_at_random_while_the_house_writes_then_each_has_every_event_once(
        int seed)
    {
        var after = (await Promises.ReadAsync(Stack))[^1].Position;
        KeepingConsumer[] consumers =
        [
            KeepingConsumer.OverHttp(Stack, Path.Combine(Stack.Folder, $"kept-http-{seed}"), after),
            KeepingConsumer.OnTheBus(Stack, Path.Combine(Stack.Folder, $"kept-bus-{seed}"), after),
        ];
        var living = Task.WhenAll(consumers.Select((consumer, i) => LiveAsync(consumer, new Random(seed + i))));
        await WriteAsync(NewName($"killed-{seed}"), living);
        await living;

        var written = (await Promises.ReadAsync(Stack)).Where(e => e.Position > after && Arn.Parse(e.Stream).Scope == Stack.Scope)
            .Select(e => e.Position).ToList();
        foreach (var consumer in consumers)
        {
            // The last life is not ended before it has all there is.
            await using var life = consumer.Begin();
            await Eventually.GetAsync(
                $"{consumer.File} has all",
                () => Task.FromResult(Kept(consumer).Count),
                lines => lines >= written.Count,
                show: lines => $"{lines} of {written.Count}; {life.Errors}");
            await life.KillAsync();

            var kept = Kept(consumer);
            Assert.Equal(written, kept.Select(line => line.Position).Order());
            foreach (var feed in kept.GroupBy(consumer.FeedOf)) Assert.Equal(feed.OrderBy(line => line.Position), feed);
        }

        // What was there before may write on: tasks that still stop.
        IReadOnlyList<KeptLine> Kept(KeepingConsumer consumer) => [.. consumer.Read().Where(line => line.Position <= written[^1])];
    }

    /// <summary>Lives until it has a random number of lines more, is killed, and lives again.</summary>
    private static async Task LiveAsync(KeepingConsumer consumer, Random random)
    {
        for (var deaths = 0; deaths < Deaths; deaths++)
        {
            await using var life = consumer.Begin();
            var until = consumer.Lines() + random.Next(0, LongestLife);
            while (consumer.Lines() < until)
            {
                Assert.True(life.IsRunning, $"it ended by itself: {life.Errors}");
                await Task.Delay(Look, Cancel);
            }

            await life.KillAsync();
        }
    }

    /// <summary>Events of Registry and Scheduler in turn.</summary>
    private async Task WriteAsync(string name, Task until)
    {
        for (var i = 0; !until.IsCompleted; i++)
        {
            await DefineAsync($"{name}-{i}", "true");
            await Api.CallAsync("CreateCluster", new { clusterName = $"{name}-{i}" });
        }
    }
}

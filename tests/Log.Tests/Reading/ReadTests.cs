using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;

namespace Ecs.Log.Tests;

public sealed class ReadTests(TestLog test) : IClassFixture<TestLog>, IAsyncLifetime
{
    private const int Count = 2 * LogLimits.ReadPage + 10;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if ((await test.Log.HeadAsync(Ct)).Number > 0) return;
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        for (var i = 0; i < Count; i += 300)
        {
            var ids = Enumerable.Range(i, Math.Min(300, Count - i));
            await test.Log.CommitAsync(
                lease, [.. ids.Select(n => Sample.Decided($"r{n}", (Event(n), (n / 2) + 1)))], Ct);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Given_more_events_than_a_page_when_read_then_all_come_once_in_order()
    {
        var all = await test.AllAsync();
        Assert.Equal(Count, all.Count);
        Assert.Equal(all.Select(e => e.Position).Order(), all.Select(e => e.Position));
        Assert.Equal(Enumerable.Range(0, Count).Select(n => $"r{n}"), all.Select(e => e.Causation));
    }

    [Fact]
    public async Task Given_two_positions_when_read_then_what_is_after_the_first_and_up_to_the_second_comes()
    {
        var all = await test.AllAsync();
        var part = new List<long>();
        await foreach (var e in test.Log.ReadAsync(all[9].Position, all[19].Position, ct: Ct)) part.Add(e.Position);
        Assert.Equal(all.Skip(10).Take(10).Select(e => e.Position), part);
    }

    [Fact]
    public async Task Given_filters_when_read_then_only_what_fits_all_of_them_comes()
    {
        Assert.Equal(Count / 2, (await test.AllAsync(new LogFilter { Kinds = [ResourceKind.Task] })).Count);
        ResourceKind[] both = [ResourceKind.Task, ResourceKind.ContainerInstance];
        Assert.Equal(Count, (await test.AllAsync(new LogFilter { Kinds = both })).Count);
        Assert.Equal(Count / 2, (await test.AllAsync(new LogFilter { Names = ["task-progressed"] })).Count);
        Assert.Equal(Count / 2, (await test.AllAsync(new LogFilter { Streams = [Sample.Instance("0")] })).Count);
        Assert.Single(await test.AllAsync(new LogFilter { Causations = ["r7"], Streams = [Sample.Instance("0")] }));
        Assert.Empty(await test.AllAsync(new LogFilter { Causations = ["r7"], Kinds = [ResourceKind.Task] }));
    }

    [Fact]
    public async Task Given_more_events_than_are_read_ahead_when_facts_are_read_then_they_are_those_of_the_events()
    {
        var all = await test.AllAsync();
        var facts = new List<StoredFact>();
        await foreach (var fact in test.Log.ReadFactsAsync(0, ct: Ct)) facts.Add(fact);

        Assert.Equal(all.Select(e => (e.Position, e.Name)), facts.Select(fact => (fact.Position, fact.Name)));
        Assert.Equal(
            all.Select(e => CanonicalJson.Digest(e.Data!)), facts.Select(fact => CanonicalJson.Digest(fact.Data!)));
    }

    [Fact]
    public async Task Given_pages_that_were_read_ahead_when_the_reader_leaves_then_the_reading_ends_with_it()
    {
        var (read, after) = (0, 0L);
        await foreach (var fact in test.Log.ReadFactsAsync(0, ct: Ct))
        {
            after = fact.Position;
            if (++read == 10) break;
        }

        // What is left behind would hold a connection, of which there are no more than these.
        for (var i = 0; i < 150; i++)
        {
            await foreach (var fact in test.Log.ReadFactsAsync(after, ct: Ct))
            {
                Assert.True(fact.Position > after);
                break;
            }
        }
    }

    [Fact]
    public async Task Given_a_reading_that_is_given_up_when_it_goes_on_then_it_says_so()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var fact in test.Log.ReadFactsAsync(0, ct: end.Token)) await end.CancelAsync();
        });
    }

    [Fact]
    public async Task Given_several_streams_when_their_tails_are_read_then_they_come_in_one_order()
    {
        var tails = await test.Log.ReadStreamsAsync(
            new Dictionary<string, long>
            {
                [Sample.Task("c", "0")] = (Count / 2) - 2,
                [Sample.Instance("0")] = (Count / 2) - 1,
                [Sample.Cluster("none")] = 0,
            },
            Ct);
        Assert.Equal([$"r{Count - 4}", $"r{Count - 2}", $"r{Count - 1}"], tails.Select(e => e.Causation));
    }

    private static IEvent Event(int n) => n % 2 == 0
        ? new TaskProgressed { TaskArn = Sample.Task("c", "0"), At = Sample.Now }
        : new ContainerInstanceDisconnected(Sample.Instance("0"), Sample.Now);
}

using System.Collections.Concurrent;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;

namespace Ecs.Log.Tests;

public sealed class RelayTests(PostgresServer server)
{
    private static readonly LogFilter Clusters = new() { Kinds = [ResourceKind.Cluster] };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_events_of_several_services_when_relayed_then_only_the_owned_ones_are_published_in_order()
    {
        await using var test = await OpenAsync();
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await AppendAsync(test, lease, 0, 600);
        var bus = new Bus();
        await using var relay = Start(test, lease, bus);

        await Eventually.Holds(() => bus.Published.Count == 600);
        await AppendAsync(test, lease, 600, 20);
        relay.Relay.Wake();
        await Eventually.Holds(() => bus.Published.Count == 620);

        Assert.Equal((await test.AllAsync(Clusters)).Select(e => e.Position), bus.Published.Select(e => e.Position));
        Assert.InRange(bus.Largest, 1, LogLimits.Unconfirmed);
        var first = bus.Published.First();
        Assert.Equal("cluster-created", first.Name);
        Assert.Equal("c0", first.Data.GetProperty("clusterName").GetString());
    }

    [Fact]
    public async Task Given_a_crash_between_publish_and_save_when_restarted_then_the_batch_comes_again()
    {
        await using var test = await OpenAsync();
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await AppendAsync(test, lease, 0, 300);
        var bus = new Bus();
        // A double that ends where a crash would: after the broker's confirm, before the place is saved.
        var crashing = new Relay(new CrashingTable(new RelayTable(test.Log)), "scheduler", Clusters, bus.PublishAsync);
        await Assert.ThrowsAsync<FencedException>(() => crashing.RunAsync(lease, Ct));
        Assert.Equal(LogLimits.Unconfirmed, bus.Published.Count);

        await using var relay = Start(test, lease, bus);
        await Eventually.Holds(() => bus.Published.Count >= LogLimits.Unconfirmed + 300);
        Assert.Equal(
            (await test.AllAsync(Clusters)).Select(e => e.Position),
            bus.Published.Select(e => e.Position).Distinct().Order());
    }

    [Fact]
    public async Task Given_a_broker_that_refuses_when_it_takes_again_then_nothing_was_skipped()
    {
        await using var test = await OpenAsync();
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await AppendAsync(test, lease, 0, 10);
        var bus = new Bus { Refusals = 3 };
        await using var relay = Start(test, lease, bus);
        await Eventually.Holds(() => bus.Published.Count == 10);
        Assert.Equal(0, bus.Refusals);
    }

    [Fact]
    public async Task Given_a_paused_relay_when_resumed_then_it_publishes_what_came_meanwhile()
    {
        await using var test = await OpenAsync();
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await AppendAsync(test, lease, 0, 5);
        var bus = new Bus();
        var paused = new Relay(test.Log, "scheduler", Clusters, bus.PublishAsync);
        paused.Pause();
        await using var relay = new Running(paused, lease);
        await Task.Delay(LogLimits.RelayPoll * 3, Ct);
        Assert.Empty(bus.Published);
        relay.Relay.Resume();
        await Eventually.Holds(() => bus.Published.Count == 5);
    }

    [Fact]
    public async Task Given_a_step_that_was_begun_when_the_relay_is_paused_then_what_it_reads_is_not_published()
    {
        await using var test = await OpenAsync();
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await AppendAsync(test, lease, 0, 5);
        var bus = new Bus();
        var relay = new Relay(test.Log, "scheduler", Clusters, bus.PublishAsync);
        relay.Pause();
        var place = new RelayPlace(0, 0);
        Assert.Equal(new RelayStep(place, More: false), await relay.StepAsync(lease, place, Ct));
        Assert.Empty(bus.Published);
    }

    [Fact]
    public async Task Given_a_lease_that_passed_on_when_the_place_is_saved_then_the_relay_ends_and_the_place_stays()
    {
        await using var test = await OpenAsync();
        var old = await test.TakeLeaseAsync(Services.Scheduler);
        await AppendAsync(test, old, 0, 5);
        await test.TakeLeaseAsync(Services.Scheduler);
        var relay = new Relay(test.Log, "scheduler", Clusters, new Bus().PublishAsync);
        await Assert.ThrowsAsync<FencedException>(() => relay.RunAsync(old, Ct));
        Assert.Equal(0, (await new RelayTable(test.Log).PlaceAsync("scheduler", Ct)).Saved);
    }

    [Fact]
    public async Task Given_events_of_other_services_when_a_relay_passes_over_them_then_it_saves_now_and_then()
    {
        await using var test = await OpenAsync();
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await AppendAsync(test, lease, 0, 50);
        var relay = new Relay(
            test.Log, "none", new LogFilter { Kinds = [ResourceKind.ContainerInstance] }, new Bus().PublishAsync);
        var step = await relay.StepAsync(lease, new RelayPlace(0, 0), Ct);
        Assert.Equal((await test.Log.HeadAsync(Ct)).LastPosition, step.Place.At);
        Assert.Equal(0, step.Place.Saved);

        var far = await relay.StepAsync(lease, new RelayPlace(0, -LogLimits.PassedOver), Ct);
        Assert.Equal(far.Place.At, (await new RelayTable(test.Log).PlaceAsync("none", Ct)).Saved);
    }

    private static async Task AppendAsync(TestLog test, Lease lease, int from, int count) => await test.Log.CommitAsync(
        lease,
        [.. Enumerable.Range(from, count).Select(i => Sample.Decided(
            $"c{i}",
            (Sample.Created($"c{i}"), 1),
            (new TaskProgressed { TaskArn = Sample.Task("c", $"{i}"), At = Sample.Now }, 1)))],
        Ct);

    private static Running Start(TestLog test, Lease lease, Bus bus) =>
        new(new Relay(test.Log, "scheduler", Clusters, bus.PublishAsync), lease);

    private async Task<TestLog> OpenAsync()
    {
        var test = new TestLog(server);
        await test.InitializeAsync();
        return test;
    }

    private sealed class Bus
    {
        public ConcurrentQueue<RawEvent> Published { get; } = new();

        public int Largest { get; private set; }

        public int Refusals { get; set; }

        public Task PublishAsync(IReadOnlyList<RawEvent> events, CancellationToken ct)
        {
            if (Refusals > 0)
            {
                Refusals--;
                throw new IOException("the broker is away, for tests");
            }

            Largest = Math.Max(Largest, events.Count);
            foreach (var e in events) Published.Enqueue(e);
            return Task.CompletedTask;
        }
    }

    private sealed class CrashingTable(IRelayLog table) : IRelayLog
    {
        public Task<RelayPlace> PlaceAsync(string name, CancellationToken ct) => table.PlaceAsync(name, ct);

        public Task<long> HeadAsync(CancellationToken ct) => table.HeadAsync(ct);

        public Task<IReadOnlyList<RawEvent>> ReadAsync(
            long after, long upTo, LogFilter owned, int limit, CancellationToken ct) =>
            table.ReadAsync(after, upTo, owned, limit, ct);

        public Task SaveAsync(Lease lease, string name, long position, CancellationToken ct) =>
            throw new FencedException(lease.Service, lease.Epoch);
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Running(Relay relay, Lease lease)
        {
            Relay = relay;
            _running = relay.RunAsync(lease, _stop.Token);
        }

        public Relay Relay { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }
    }
}

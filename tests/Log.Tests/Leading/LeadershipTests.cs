using Ecs.Contracts.Commands;

namespace Ecs.Log.Tests;

public sealed class LeadershipTests(TestLog test) : IClassFixture<TestLog>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_two_processes_when_both_would_lead_then_one_does_and_the_other_follows_it()
    {
        await using var first = Start("one");
        await Eventually.Holds(() => first.Leads);
        await RenewAsync("one");
        Assert.Null(await new LeaseTable(test.Log.Reading, test.Log.Writing).TryTakeAsync("one", "second", Ct));
        await using var second = Start("one");

        await first.StopAsync();
        await Eventually.Holds(() => second.Leads);
        Assert.True(second.Lease!.Epoch > first.Lease!.Epoch);
    }

    [Fact]
    public async Task Given_a_leader_when_it_goes_on_then_it_renews_the_same_lease()
    {
        const string sql = """
            select array[epoch, (extract(epoch from renewed_at) * 1000000)::bigint] from ecs_log.leases where name = 'renewed'
            """;
        await using var leader = Start("renewed");
        await Eventually.Holds(() => leader.Leads);
        long[] taken = [0, 0];
        await Eventually.Holds(async () =>
        {
            var now = await test.ScalarAsync<long[]>(sql);
            // One that aged because this machine is slow is taken anew.
            if (now[0] != taken[0]) taken = now;
            return now[1] > taken[1];
        });
    }

    [Fact]
    public async Task Given_a_leader_that_is_gone_without_a_word_when_its_lease_has_aged_then_another_takes_over()
    {
        // What a kill -9 leaves behind: a row that nobody renews.
        await test.RunAsync("insert into ecs_log.leases values ('gone', 7, 'killed', clock_timestamp())");
        await using var next = Start("gone");
        await Eventually.Holds(() => next.Leads);
        Assert.Equal(8, next.Lease!.Epoch);
        await Assert.ThrowsAsync<FencedException>(() => test.Log.CommitAsync(
            new Lease("gone", 7, "killed"), [Sample.Decided("gone", "g", (Sample.Created("gone"), 1))], Ct));
    }

    [Fact]
    public async Task Given_a_leader_that_is_gone_when_the_clock_steps_back_an_hour_then_another_takes_over_at_once()
    {
        await test.RunAsync(
            "insert into ecs_log.leases values ('stepped', 7, 'killed', clock_timestamp() + interval '1 hour')");
        await using var next = Start("stepped");
        await Eventually.Holds(() => next.Leads);
        Assert.Equal(8, next.Lease!.Epoch);
    }

    [Fact]
    public async Task Given_a_leader_when_its_connection_ends_with_it_then_nobody_waits_for_the_end_of_its_lease()
    {
        await using var log = new EventLog($"{test.Connection};Pooling=false");
        var table = new LeaseTable(log.Reading, log.Writing);
        var lease = await table.TryTakeAsync("ended", "first", Ct);
        var session = await table.OpenSessionAsync(lease!, Ct);
        Assert.True(await LeaseTable.RenewAsync(session, lease!, Ct));
        Assert.Null(await table.TryTakeAsync("ended", "second", Ct));

        // What the kernel does for a process that is killed.
        await session.DisposeAsync();

        Lease? next = null;
        await Eventually.Holds(async () =>
        {
            await RenewAsync("ended");
            return (next = await table.TryTakeAsync("ended", "second", Ct)) is not null;
        });
        Assert.Equal(2, next!.Epoch);
    }

    [Fact]
    public async Task Given_a_leader_that_told_nothing_of_a_session_then_its_lease_is_left_to_it_until_it_ends()
    {
        // An older version raises the epoch and knows of no session.
        await test.RunAsync(
            """
            insert into ecs_log.leases (name, epoch, holder, renewed_at, session_epoch)
            values ('older', 7, 'older', clock_timestamp(), 6)
            """);
        Assert.Null(await new LeaseTable(test.Log.Reading, test.Log.Writing).TryTakeAsync("older", "newer", Ct));
    }

    [Fact]
    public async Task Given_a_leader_when_its_lease_is_taken_away_then_its_work_is_cancelled()
    {
        await using var leader = Start("taken");
        await Eventually.Holds(() => leader.Leads);
        await test.TakeLeaseAsync("taken");
        await Eventually.Holds(() => !leader.Leads);
        Assert.Equal("test", await test.ScalarAsync<string>("select holder from ecs_log.leases where name = 'taken'"));
    }

    [Fact]
    public async Task Given_work_that_fails_when_leading_then_the_lease_is_free_and_it_is_tried_again()
    {
        var terms = 0;
        var leadership = new Leadership(test.Log, "failing", "test");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = leadership.RunAsync(
            (_, _) => ++terms < 2 ? throw new UnknownEventException("x", 1) : Task.Delay(Timeout.Infinite, stop.Token),
            stop.Token);
        await Eventually.Holds(() => terms == 2);
        await stop.CancelAsync();
        await running;
        Assert.True(await test.ScalarAsync<bool>("select holder is null from ecs_log.leases where name = 'failing'"));
    }

    [Fact]
    public async Task Given_leader_and_standby_when_the_leader_stops_then_the_standby_goes_on_from_the_log()
    {
        await using var first = StartWriter();
        await Eventually.Holds(() => first.Leads);
        await first.Writer!.SubmitAsync(Sample.Create("takeover-1", "takeover"), Ct);
        await using var second = StartWriter();
        await first.StopAsync();
        await Eventually.Holds(() => second.Leads);

        var answer = await second.Writer!.SubmitAsync(Sample.Delete("takeover-2", "takeover"), Ct);
        Assert.Null(answer.Error);
        await Assert.ThrowsAsync<NotLeadingException>(() => first.Writer!.SubmitAsync(Sample.Create("x", "x"), Ct));
    }

    // However slow this machine is, a lease has not aged then.
    private Task RenewAsync(string service) =>
        test.RunAsync("update ecs_log.leases set renewed_at = clock_timestamp() where name = $1", service);

    private Candidate Start(string service) =>
        new(test.Open(), service, (_, _, ct) => Task.Delay(Timeout.Infinite, ct));

    private Candidate StartWriter() => new(test.Open(), Services.Scheduler, (candidate, lease, ct) =>
    {
        candidate.Writer = new GroupWriter<SampleState>(candidate.Log, lease, new SampleDecider(), TimeProvider.System);
        return candidate.Writer.RunAsync(ct);
    });

    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Candidate(EventLog log, string service, Func<Candidate, Lease, CancellationToken, Task> work)
        {
            Log = log;
            _running = new Leadership(log, service, "test").RunAsync(
                async (lease, ct) =>
                {
                    Lease = lease;
                    var working = work(this, lease, ct);
                    Leads = true;
                    try
                    {
                        await working;
                    }
                    finally
                    {
                        Leads = false;
                    }
                },
                _stop.Token);
        }

        public EventLog Log { get; }

        public volatile bool Leads;

        public Lease? Lease { get; private set; }

        public GroupWriter<SampleState>? Writer { get; set; }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            await Log.DisposeAsync();
        }
    }
}

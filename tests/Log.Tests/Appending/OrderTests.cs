using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using JasperFx;
using Marten;
using Npgsql;

namespace Ecs.Log.Tests;

public sealed class OrderTests(PostgresServer server) : IAsyncLifetime
{
    private const int Writers = 8;
    private const int Commits = 25;
    private const int Events = 3;

    // A log for each test: they count what is in it.
    private readonly TestLog _test = new(server);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _test.InitializeAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Given_eight_writers_of_two_services_when_a_reader_follows_then_it_sees_all_in_commit_order()
    {
        var scheduler = await _test.TakeLeaseAsync(Services.Scheduler);
        var registry = await _test.TakeLeaseAsync(Services.Registry);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(
            writer => WriteAsync(writer, writer % 2 == 0 ? scheduler : registry)));

        // A follower that trusts "after the last position" alone, while the writers write.
        var followed = new List<StoredEvent>();
        while (followed.Count < Writers * Commits * Events)
        {
            // Asked first: what is written between the end of a reading and the question is for the next.
            var isWritten = writing.IsCompleted;
            var after = followed.LastOrDefault()?.Position ?? 0;
            await foreach (var e in _test.Log.ReadAsync(after, ct: Ct)) followed.Add(e);
            if (writing.IsFaulted) await writing;
            if (isWritten && followed.Count < Writers * Commits * Events) break;
        }

        var commits = (await writing).SelectMany(c => c).OrderBy(c => c.Number).ToArray();
        Assert.Equal((await _test.AllAsync()).Select(e => e.Position), followed.Select(e => e.Position));
        Assert.Equal(Writers * Commits * Events, followed.Count);
        Assert.Equal(Enumerable.Range(1, Writers * Commits).Select(n => (long)n), commits.Select(c => c.Number));
        foreach (var (before, after) in commits.Zip(commits.Skip(1)))
        {
            Assert.True(before.LastPosition < after.FirstPosition);
            Assert.True(before.LogTime <= after.LogTime);
        }

        var report = await LogChain.VerifyAsync(_test.Connection, Ct);
        Assert.Null(report.Fault);
        Assert.Equal((Writers * Commits, Writers * Commits * Events), (report.Commits, report.Events));
    }

    [Fact]
    public async Task Given_a_holder_that_froze_with_the_head_locked_when_others_commit_then_the_server_ends_it()
    {
        var lease = await _test.TakeLeaseAsync("frozen");
        // A process that was stopped in the middle of an append: its connection is open, and it says nothing any more.
        await using var frozen = await _test.Log.Writing.OpenConnectionAsync(Ct);
        await using var transaction = await frozen.BeginTransactionAsync(Ct);
        await LogLock.TakeAsync(transaction, lease, 0, Ct);

        var other = await _test.TakeLeaseAsync("thawed");
        await _test.Log.CommitAsync(
            other, [Sample.Decided("thawed", "thawed", (Sample.Created("thawed"), 1))], Ct);

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync(Ct));
    }

    [Fact]
    public async Task Given_numbers_drawn_in_vain_when_marten_marks_them_then_nobody_sees_the_marks()
    {
        var lease = await _test.TakeLeaseAsync("tombs");
        await _test.Log.CommitAsync(lease, [Sample.Decided("tombs", "tomb-1", (Sample.Created("tomb"), 1))], Ct);
        // The house's own appends leave gaps. Another program of Marten's marks what it drew and could not use.
        await using (var store = MartenStore.Open(_test.Log.Writing, AutoCreate.None))
        await using (var session = store.LightweightSession())
        {
            session.Events.StartStream(Sample.Cluster("tomb"), Sample.Created("tomb"));
            await Assert.ThrowsAnyAsync<Exception>(() => session.SaveChangesAsync(Ct));
        }

        await Eventually.Holds(async () => await _test.ScalarAsync<long>(
            "select count(*) from ecs_log.mt_events where type = 'tombstone'") > 0);

        await _test.Log.CommitAsync(lease, [Sample.Decided("tombs", "tomb-3", (Sample.Deleted("tomb"), 2))], Ct);

        Assert.DoesNotContain(await _test.AllAsync(), e => e.Name == LogNames.Tombstone);
        Assert.Null((await LogChain.VerifyAsync(_test.Connection, Ct)).Fault);
    }

    private async Task<Commit[]> WriteAsync(int writer, Lease lease)
    {
        await using var log = _test.Open();
        var commits = new Commit[Commits];
        for (var i = 0; i < Commits; i++)
        {
            var events = Enumerable.Range(0, Events).Select(n => lease.Service == Services.Registry
                ? ((IEvent)Sample.Deregistered($"family-{writer}", n), i * Events + n + 1L)
                : (Sample.Created($"cluster-{writer}-{i}-{n}"), 1L));
            commits[i] = await log.CommitAsync(
                lease, [Sample.Decided(lease.Service, $"{writer}-{i}", [.. events])], Ct);
        }

        return commits;
    }
}

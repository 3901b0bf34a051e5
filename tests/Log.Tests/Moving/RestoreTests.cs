using Ecs.Contracts.Commands;

namespace Ecs.Log.Tests;

/// <summary>A log that was restored from a backup, beside the one that the backup was taken of and that went on.</summary>
public sealed class RestoreTests(PostgresServer server) : IAsyncLifetime
{
    private readonly TestLog _undone = new(server);
    private TestLog _restored = null!;
    private TestLog _again = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _undone.InitializeAsync();
        await AppendAsync(_undone, "before", 1);
        _restored = await _undone.CopyAsync();
        _again = await _undone.CopyAsync();
        await AppendAsync(_undone, "undone", 2);
        await AppendAsync(_undone, "undone too", 3);
    }

    public async ValueTask DisposeAsync()
    {
        await _undone.DisposeAsync();
        await _restored.DisposeAsync();
        await _again.DisposeAsync();
    }

    [Fact]
    public async Task Given_a_restored_log_when_it_goes_on_then_neither_a_position_nor_an_id_comes_a_second_time()
    {
        var backup = await _restored.Log.HeadAsync(Ct);
        var begun = await LogRestore.BeginAsync(_restored.Connection, Ct);
        var commit = await AppendAsync(_restored, "after", 2);

        Assert.Equal(backup, begun.Head);
        Assert.True(begun.From >= LogRestore.FirstPosition);
        Assert.Equal((begun.From, begun.Head.Number + 1), (commit.FirstPosition, commit.Number));
        var (undone, after) = ((await _undone.AllAsync())[1], (await _restored.AllAsync())[^1]);
        Assert.Equal((undone.Stream, undone.Version), (after.Stream, after.Version));
        Assert.NotEqual(undone.Id, after.Id);
        Assert.Null((await LogChain.VerifyAsync(_restored.Connection, Ct)).Fault);
    }

    [Fact]
    public async Task Given_one_backup_that_is_restored_twice_then_the_second_begins_behind_all_that_the_first_wrote()
    {
        await LogRestore.BeginAsync(_restored.Connection, Ct);
        var first = await AppendAsync(_restored, "after", 2);

        var second = await LogRestore.BeginAsync(_again.Connection, Ct);
        var third = await LogRestore.BeginAsync(_again.Connection, Ct);

        Assert.True(second.From > first.LastPosition, $"{second.From} was given out before: {first.LastPosition}");
        Assert.True(third.From > second.From);
    }

    [Fact]
    public async Task Given_whoever_led_in_the_backup_when_it_was_restored_then_it_leads_no_more()
    {
        var stale = await _restored.TakeLeaseAsync(Services.Scheduler);
        await LogRestore.BeginAsync(_restored.Connection, Ct);

        await Assert.ThrowsAsync<FencedException>(
            () => _restored.Log.CommitAsync(stale, [Sample.Decided("stale")], Ct));
    }

    [Fact]
    public async Task Given_a_service_that_runs_on_when_the_log_is_to_be_gone_on_with_then_it_is_refused_and_nothing_is_done()
    {
        await using var living = _restored.Open();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var leads = new TaskCompletionSource<Lease>();
        var leading = new Leadership(living, Services.Scheduler, "living").RunAsync(
            async (lease, lost) =>
            {
                leads.TrySetResult(lease);
                await Task.Delay(Timeout.Infinite, lost);
            },
            end.Token);
        var lease = await leads.Task.WaitAsync(Ct);

        var refused = await Assert.ThrowsAsync<LeaseHeldException>(
            () => LogRestore.BeginAsync(_restored.Connection, Ct));

        Assert.Equal(Services.Scheduler, refused.Service);
        var commit = await _restored.Log.CommitAsync(lease, [Sample.Decided("goes on", (Sample.Created("one"), 2))], Ct);
        Assert.True(commit.FirstPosition < LogRestore.FirstPosition);
        await end.CancelAsync();
        await leading;
        Assert.True((await LogRestore.BeginAsync(_restored.Connection, Ct)).From >= LogRestore.FirstPosition);
    }

    [Fact]
    public async Task Given_snapshots_of_the_undone_days_when_the_restored_log_is_read_then_they_are_passed_over()
    {
        // Of the same name and place as what the restored log would have there, had it gone on so.
        var lease = await _undone.TakeLeaseAsync(Services.Scheduler);
        var reader = Reader(_undone);
        await using (var taker = new SnapshotTaker<SampleState>(_undone.Log, lease, TimeProvider.System, null, every: 1))
        {
            taker.Offer(await reader.ToTheEndAsync(null, Ct));
            await taker.TakenAsync();
        }

        Assert.Equal(3, (await Reader(_undone).NearestAsync(long.MaxValue, Ct)).Position);
        await CarryOverAsync();
        await AppendAsync(_restored, "one", 2);
        await AppendAsync(_restored, "another", 3);

        Assert.Equal(0, (await Reader(_restored).NearestAsync(long.MaxValue, Ct)).Position);
        var whole = SampleState.Empty;
        foreach (var e in await _restored.AllAsync()) whole = whole.Apply(e.Data!);
        SnapshotLog.Same(whole, (await Reader(_restored).ToTheEndAsync(null, Ct)).State);
    }

    [Fact]
    public async Task Given_a_log_that_goes_on_after_a_restore_when_it_is_moved_then_every_id_and_hash_holds()
    {
        await LogRestore.BeginAsync(_restored.Connection, Ct);
        await AppendAsync(_restored, "after", 2);
        await using var empty = new TestLog(server);
        await empty.InitializeAsync();
        using var file = new MemoryStream();
        await LogExport.WriteAsync(_restored.Connection, file, new ExportRange(0, null), Ct);

        file.Position = 0;
        Assert.Equal(await _restored.Log.HeadAsync(Ct), await LogImport.RunAsync(empty.Connection, file, Ct));
    }

    private static StateReader<SampleState> Reader(TestLog log) =>
        new(log.Log, Services.Scheduler, new SampleDecider().Kinds);

    /// <summary>One more event of one cluster, at its next version.</summary>
    private static async Task<Commit> AppendAsync(TestLog log, string command, long version)
    {
        var lease = await log.TakeLeaseAsync(Services.Scheduler);
        return await log.Log.CommitAsync(lease, [Sample.Decided(command, (Sample.Created("one"), version))], Ct);
    }

    /// <summary>The snapshots of the log that was undone stand in the restored one.</summary>
    private async Task CarryOverAsync()
    {
        const string columns = "service, format, position, commit_number, commit_hash, digest, size, content, taken_at";
        var row = await _undone.ScalarAsync<string>($"select (s.*)::text from ecs_log.snapshots s");
        await _restored.RunAsync(
            $"insert into ecs_log.snapshots ({columns}) select ($1::text::ecs_log.snapshots).*", row);
    }
}

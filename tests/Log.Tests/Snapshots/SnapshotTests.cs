namespace Ecs.Log.Tests;

public sealed class SnapshotTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_snapshot_when_the_state_is_read_then_only_the_tail_behind_it_is_folded()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        for (var i = 0; i < 5; i++) await log.AppendAsync();
        await log.KeepAsync();
        await log.AppendAsync();
        var whole = await log.FoldAsync();
        await log.ForbidFoldingFromZeroAsync();

        var read = await log.Reader.ToTheEndAsync(null, Ct);

        SnapshotLog.Same(whole, read.State);
        var head = await log.Log.HeadAsync(Ct);
        Assert.Equal((head.LastPosition, new CommitMark(head.Number, head.Hash)), (read.Position, read.Mark));
    }

    [Theory]
    [InlineData("content = '\\x00'::bytea")]
    [InlineData("content = substring(content from 1 for length(content) - 3)")]
    [InlineData("size = size - 1")]
    [InlineData("size = -1")]
    [InlineData("digest = repeat('0', 64)")]
    [InlineData("format = 'sample-0'")]
    [InlineData("commit_hash = repeat('0', 64)")]
    [InlineData("commit_number = commit_number - 1")]
    public async Task Given_a_snapshot_that_is_not_to_be_trusted_then_an_older_one_and_at_last_the_log_is_taken(
        string damage)
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        await KeepTwoAsync(log);
        var whole = await log.FoldAsync();

        await log.Test.RunAsync(
            $"update ecs_log.snapshots set {damage} where position = (select max(position) from ecs_log.snapshots)");
        var older = await log.Reader.NearestAsync(long.MaxValue, Ct);
        Assert.Equal(12, older.Position);
        SnapshotLog.Same(whole, (await log.Reader.ToTheEndAsync(null, Ct)).State);

        await log.Test.RunAsync($"update ecs_log.snapshots set {damage} where position = 12");
        Assert.Equal(0, (await log.Reader.NearestAsync(long.MaxValue, Ct)).Position);
        SnapshotLog.Same(whole, (await log.Reader.ToTheEndAsync(null, Ct)).State);
    }

    [Fact]
    public async Task Given_no_table_of_snapshots_yet_when_the_state_is_read_then_it_is_the_fold_of_the_log()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        await log.AppendAsync();
        await log.Test.RunAsync("drop table ecs_log.snapshots");

        SnapshotLog.Same(await log.FoldAsync(), (await log.Reader.ToTheEndAsync(null, Ct)).State);
        await log.KeepAsync();
    }

    [Fact]
    public async Task Given_any_position_when_the_state_there_is_asked_for_then_it_is_the_fold_up_to_it()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        await KeepTwoAsync(log);

        var end = (await log.Log.HeadAsync(Ct)).LastPosition;
        for (var position = 0L; position <= end; position++)
        {
            SnapshotLog.Same(await log.FoldAsync(position), await log.Reader.AtAsync(position, Ct));
        }
    }

    [Fact]
    public async Task Given_a_lease_that_has_passed_on_when_a_snapshot_is_taken_then_it_is_not_kept()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        for (var i = 0; i < 5; i++) await log.AppendAsync();
        var old = log.Lease;
        await log.RenewAsync();

        await log.KeepAsync(old);
        Assert.Equal(0, await log.CountAsync());

        await log.KeepAsync();
        Assert.Equal(1, await log.CountAsync());
    }

    [Fact]
    public async Task Given_a_snapshot_that_is_young_enough_when_another_is_offered_then_none_is_taken()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        await KeepTwoAsync(log);

        await log.KeepAsync();
        await log.AppendAsync(1);
        await log.KeepAsync();

        Assert.Equal(2, await log.CountAsync());
    }

    [Fact]
    public async Task Given_snapshots_of_other_formats_and_of_another_log_when_one_is_taken_then_the_table_stays_small()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        await KeepTwoAsync(log);
        await log.Test.RunAsync("update ecs_log.snapshots set format = 'sample-0'");
        for (var i = 0; i < 3; i++) await log.AppendAsync();
        await log.KeepAsync();
        Assert.Equal(2, await log.CountAsync());

        // The one of the other format and the one of this format stand at commits that another log does not have.
        await log.Test.RunAsync("update ecs_log.snapshots set commit_hash = repeat('0', 64)");
        for (var i = 0; i < 3; i++) await log.AppendAsync();
        await log.KeepAsync();
        Assert.Equal(1, await log.CountAsync());
    }

    [Fact]
    public async Task Given_a_log_that_was_replaced_when_it_is_followed_then_what_was_known_is_forgotten()
    {
        await using var first = await SnapshotLog.CreateAsync(server);
        await using var second = await SnapshotLog.CreateAsync(server);
        await first.AppendAsync(8);
        await second.AppendAsync(4);
        await second.AppendAsync(4);
        var known = await first.Reader.ToTheEndAsync(null, Ct);

        var read = await second.Reader.ToTheEndAsync(known, Ct);

        SnapshotLog.Same(await second.FoldAsync(), read.State);
    }

    [Fact]
    public async Task Given_a_known_state_when_the_log_is_followed_then_only_what_is_new_is_folded()
    {
        await using var log = await SnapshotLog.CreateAsync(server);
        await log.AppendAsync();
        var known = await log.Reader.ToTheEndAsync(null, Ct);
        Assert.Same(known, await log.Reader.ToTheEndAsync(known, Ct));
        await log.AppendAsync();
        var whole = await log.FoldAsync();
        await log.ForbidFoldingFromZeroAsync();

        SnapshotLog.Same(whole, (await log.Reader.ToTheEndAsync(known, Ct)).State);
        await Assert.ThrowsAsync<UnknownEventException>(() => log.Reader.ToTheEndAsync(null, Ct));
    }

    /// <summary>Snapshots at positions 12 and 24, and a tail of four events.</summary>
    private static async Task KeepTwoAsync(SnapshotLog log)
    {
        for (var kept = 0; kept < 2; kept++)
        {
            for (var i = 0; i < 3; i++) await log.AppendAsync();
            await log.KeepAsync();
        }

        await log.AppendAsync();
    }
}

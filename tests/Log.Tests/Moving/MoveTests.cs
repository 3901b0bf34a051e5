using System.Text;
using Ecs.Contracts.Commands;
using Npgsql;

namespace Ecs.Log.Tests;

/// <summary>A log that is exported and imported elsewhere.</summary>
public sealed class MoveTests(PostgresServer server) : IAsyncLifetime
{
    private readonly TestLog _from = new(server);
    private readonly TestLog _to = new(server);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _from.InitializeAsync();
        await _to.InitializeAsync();
        await ChainTests.WriteAsync(_from);
        // A gap between two positions, as a transaction that was rolled back leaves it.
        await _from.ScalarAsync<long>("select nextval('ecs_log.mt_events_sequence')");
        var lease = await _from.TakeLeaseAsync(Services.Scheduler);
        await _from.Log.CommitAsync(lease, [Sample.Decided("ünï\"\\", (Sample.Created("two"), 2))], Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }

    [Fact]
    public async Task Given_an_exported_log_when_imported_into_an_empty_one_then_every_row_and_hash_is_the_same()
    {
        var stale = await _to.TakeLeaseAsync(Services.Scheduler);
        var head = await ImportAsync(await ExportAsync());

        Assert.Equal(await _from.Log.HeadAsync(Ct), head);
        Assert.Equal(head, await _to.Log.HeadAsync(Ct));
        foreach (var rows in new[]
        {
            "select string_agg(to_jsonb(e)::text, e'\\n' order by seq_id) from ecs_log.mt_events e",
            "select string_agg(to_jsonb(c)::text, e'\\n' order by number) from ecs_log.commits c",
            "select string_agg(to_jsonb(c)::text, e'\\n' order by commit_number, ordinal) from ecs_log.commands c",
            "select string_agg(id || version, e'\\n' order by id) from ecs_log.mt_streams",
        })
        {
            Assert.Equal(await _from.ScalarAsync<string>(rows), await _to.ScalarAsync<string>(rows));
        }

        Assert.Null((await LogChain.VerifyAsync(_to.Connection, Ct, new CommitMark(head.Number, head.Hash))).Fault);
        // Whoever led on the empty log has lost its lead, and the next one goes on behind what came.
        await Assert.ThrowsAsync<FencedException>(() => _to.Log.CommitAsync(stale, [Sample.Decided("old")], Ct));
        var lease = await _to.TakeLeaseAsync(Services.Scheduler);
        var commit = await _to.Log.CommitAsync(lease, [Sample.Decided("new", (Sample.Created("new"), 1))], Ct);
        Assert.Equal((head.Number + 1, head.LastPosition + 1), (commit.Number, commit.FirstPosition));
        Assert.Equal(head.LastPosition, await _to.ScalarAsync<long>("select position from ecs_log.relay_positions where name = 'scheduler'"));
    }

    [Fact]
    public async Task Given_files_that_are_cut_or_corrupt_when_imported_then_the_line_is_named_and_nothing_is_written()
    {
        var lines = (await ExportAsync()).TrimEnd('\n').Split('\n');
        await RefusedAsync(string.Join('\n', lines[..3]) + "\n", 3, "no end line");
        await RefusedAsync(string.Join('\n', lines[..3]), 3, "cut off in it");
        await RefusedAsync(With(lines, 1, line => line.Replace("tester", "nobody", StringComparison.Ordinal)), 2, "was altered");
        await RefusedAsync(With(lines, 1, line => "{" + line), 2, "no JSON");
        await RefusedAsync(With(lines, 1, _ => "[]"), 2, "no commit");
        await RefusedAsync(With(lines, 1, _ => lines[2]), 2, "is commit 2, not 1");
        await RefusedAsync(With(lines, 5, line => line.Replace("\"events\":5", "\"events\":4", StringComparison.Ordinal)), 6, "the end is not");
        await RefusedAsync(With(lines, 0, _ => """{"format":"ecs-log-9"}"""), 1, "not the beginning");
        await RefusedAsync(With(lines, 0, line => line.Replace("\"after\":0", "\"after\":7", StringComparison.Ordinal)), 1, "first commit");
        await RefusedAsync(string.Join('\n', [.. lines, lines[1]]) + "\n", 7, "behind the end");
        await RefusedAsync("", 0, "no end line");
    }

    [Fact]
    public async Task Given_a_log_that_is_not_empty_when_imported_into_then_it_is_refused()
    {
        var file = await ExportAsync();
        await ImportAsync(file);
        var refused = await Assert.ThrowsAsync<ImportRefusedException>(() => ImportAsync(file));
        Assert.Contains("not empty", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_log_that_was_altered_when_exported_then_it_is_not_passed_on()
    {
        await _from.TamperAsync("update ecs_log.mt_events set data = '{}' where seq_id = 3");
        var altered = await Assert.ThrowsAsync<AlteredLogException>(ExportAsync);
        Assert.Equal(2, altered.Commit);
    }

    private static string With(string[] lines, int index, Func<string, string> change) =>
        string.Join('\n', lines.Select((line, i) => i == index ? change(line) : line)) + "\n";

    private async Task RefusedAsync(string file, long line, string words)
    {
        var refused = await Assert.ThrowsAsync<ImportRefusedException>(() => ImportAsync(file));
        Assert.Equal(line, refused.Line);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await _to.Log.HeadAsync(Ct)).Number);
        Assert.Equal(0L, await _to.ScalarAsync<long>("select count(*) from ecs_log.mt_events"));
    }

    private async Task<LogHead> ImportAsync(string file)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        return await LogImport.RunAsync(_to.Connection, stream, Ct);
    }

    private async Task<string> ExportAsync()
    {
        var file = new MemoryStream();
        await LogExport.WriteAsync(_from.Connection, file, new ExportRange(0, null), Ct);
        return Encoding.UTF8.GetString(file.ToArray());
    }
}

using System.Security.Cryptography;
using System.Text;
using Ecs.Contracts.Commands;

namespace Ecs.Log.Tests;

public sealed class ChainTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The last commit, and all that says that it was there.</summary>
    private const string CutTail = """
        delete from ecs_log.mt_events where seq_id = 4; delete from ecs_log.commands where commit_number = 3;
        delete from ecs_log.commits where number = 3; update ecs_log.mt_streams set version = 1;
        update ecs_log.log_head h set number = 2, last_position = 3, hash = c.hash, log_time = c.log_time
          from ecs_log.commits c where c.number = 2
        """;

    [Fact]
    public async Task Given_a_log_that_nobody_touched_when_verified_then_every_commit_holds()
    {
        await using var test = await WrittenAsync();
        var told = new List<ChainProgress>();
        var report = await LogChain.VerifyAsync(test.Connection, Ct, progress: progress =>
        {
            told.Add(progress);
            return Task.CompletedTask;
        });

        Assert.Null(report.Fault);
        Assert.Equal((3L, 4L), (report.Commits, report.Events));
        Assert.Equal(await test.Log.HeadAsync(Ct), report.Head);
        Assert.Equal([new ChainProgress(3, 3, 4, 4)], told);
    }

    [Fact]
    public async Task Given_a_log_whose_end_was_cut_off_when_verified_then_only_a_checkpoint_tells()
    {
        await using var test = await WrittenAsync();
        var head = await test.Log.HeadAsync(Ct);
        await test.TamperAsync(CutTail);

        Assert.Null((await LogChain.VerifyAsync(test.Connection, Ct)).Fault);
        var fault = (await LogChain.VerifyAsync(test.Connection, Ct, new CommitMark(head.Number, head.Hash))).Fault;
        Assert.Equal((3, ChainFaultKind.TailCut), (fault!.Commit, fault.Kind));
    }

    [Fact]
    public async Task Given_a_history_that_was_written_anew_when_verified_then_only_a_checkpoint_tells()
    {
        await using var test = await WrittenAsync();
        var head = await test.Log.HeadAsync(Ct);
        await test.TamperAsync(CutTail);
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await test.Log.CommitAsync(lease, [Sample.Decided("five", (Sample.Created("five"), 1))], Ct);

        Assert.Null((await LogChain.VerifyAsync(test.Connection, Ct)).Fault);
        var fault = (await LogChain.VerifyAsync(test.Connection, Ct, new CommitMark(head.Number, head.Hash))).Fault;
        Assert.Equal((3, ChainFaultKind.HistoryRewritten), (fault!.Commit, fault.Kind));
    }

    [Fact]
    public async Task Given_commits_of_an_older_version_when_verified_then_their_faults_are_found_by_commit()
    {
        await using var test = await WrittenAsync();
        await test.TamperAsync("update ecs_log.commits set outline = null");
        Assert.Null((await LogChain.VerifyAsync(test.Connection, Ct)).Fault);

        await test.TamperAsync("update ecs_log.mt_events set data = '{}' where seq_id = 3");
        var fault = (await LogChain.VerifyAsync(test.Connection, Ct)).Fault!;
        Assert.Equal((2, ChainFaultKind.ContentAltered), (fault.Commit, fault.Kind));
    }

    [Fact]
    public async Task Given_a_log_when_its_first_hash_is_computed_by_hand_then_it_is_the_recorded_one()
    {
        await using var test = await WrittenAsync();
        var content = await test.ScalarAsync<string>(
            """
            select '{"commands":[{"account":"' || c.account || '","answer":{"commandId":"one"},"body":'
              || '{"account":"000000000000","clusterName":"c","commandId":"one","region":"us-east-1"}'
              || ',"commandId":"one","deciderVersion":"sample-1","digest":"digest","firstPosition":1,"lastPosition":1,'
              || '"name":"create-cluster","receivedAt":' || (extract(epoch from c.received_at) * 1000000)::bigint
              || ',"region":"us-east-1","routine":false,"service":"scheduler"}],"events":[{"actor":"tester",'
              || '"causation":"one","correlation":"one","data":{"at":"2026-03-01T12:00:00+00:00","clusterArn":"'
              || e.stream_id
              || '","clusterName":"one"},"id":"' || e.id || '","name":"cluster-created","position":1,"stream":"'
              || e.stream_id || '","version":1}],"logTime":' || (extract(epoch from k.log_time) * 1000000)::bigint
              || ',"number":1}'
            from ecs_log.commits k, ecs_log.commands c, ecs_log.mt_events e
            where k.number = 1 and c.commit_number = 1 and e.seq_id = 1
            """);

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(LogHead.Genesis + content)));
        Assert.Equal(await test.ScalarAsync<string>("select hash from ecs_log.commits where number = 1"), hash);
    }

    private async Task<TestLog> WrittenAsync()
    {
        var test = new TestLog(server);
        await test.InitializeAsync();
        await WriteAsync(test);
        return test;
    }

    internal static async Task WriteAsync(TestLog test)
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await test.Log.CommitAsync(lease, [Sample.Decided("one", (Sample.Created("one"), 1))], Ct);
        await test.Log.CommitAsync(
            lease,
            [
                Sample.Decided("two", (Sample.Created("two"), 1), (Sample.Created("three"), 1)),
                Sample.Decided("refused"),
            ],
            Ct);
        await test.Log.CommitAsync(lease, [Sample.Decided("four", (Sample.Deleted("one"), 2))], Ct);
    }
}

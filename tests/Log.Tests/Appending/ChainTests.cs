using System.Security.Cryptography;
using System.Text;
using Ecs.Contracts.Commands;

namespace Ecs.Log.Tests;

public sealed class ChainTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private const string Row = "ecs_log.mt_events (seq_id, id, stream_id, version, data, type)";

    public static TheoryData<string, long> Tampering => new()
    {
        { "update ecs_log.mt_events set data = jsonb_set(data, '{clusterName}', '\"x\"') where seq_id = 3", 2 },
        { "update ecs_log.mt_events set user_name = 'somebody else' where seq_id = 3", 2 },
        { "update ecs_log.mt_events set timestamp = timestamp - interval '1 second' where seq_id = 3", 2 },
        { "update ecs_log.mt_events set id = gen_random_uuid() where seq_id = 3", 2 },
        { "update ecs_log.mt_events set type = 'tombstone' where seq_id = 3", 2 },
        { "delete from ecs_log.mt_events where seq_id = 3", 2 },
        { $"insert into {Row} values (99, gen_random_uuid(), 'x', 1, '{{}}', 'cluster-created')", 4 },
        { "update ecs_log.commands set answer = '{}' where commit_number = 2 and ordinal = 1", 2 },
        { "delete from ecs_log.commands where commit_number = 3", 3 },
        { "update ecs_log.commands set received_at = received_at + interval '1 us' where commit_number = 1", 1 },
        { "delete from ecs_log.commits where number = 2", 2 },
        { "update ecs_log.commits set log_time = log_time + interval '1 microsecond' where number = 3", 3 },
        { "update ecs_log.log_head set hash = repeat('0', 64)", 3 },
    };

    [Fact]
    public async Task Given_a_log_that_nobody_touched_when_verified_then_every_commit_holds()
    {
        await using var test = await WrittenAsync();
        Assert.Equal(new ChainReport(3, null), await LogChain.VerifyAsync(test.Connection, Ct));
    }

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task Given_a_row_that_a_superuser_changed_when_verified_then_it_is_found(string sql, long commit)
    {
        await using var test = await WrittenAsync();
        await test.TamperAsync(sql);

        var report = await LogChain.VerifyAsync(test.Connection, Ct);
        Assert.NotNull(report.Fault);
        Assert.Equal(commit, report.Fault.Commit);
        Assert.NotEmpty(report.Fault.Reason);
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
        return test;
    }
}

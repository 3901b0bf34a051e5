namespace Ecs.Log.Tests;

/// <summary>What a superuser who switches the triggers off can do to the log, one thing at a time.</summary>
public sealed class TamperingTests(KeptLog log) : IClassFixture<KeptLog>
{
    private const string Row = "ecs_log.mt_events (seq_id, id, stream_id, version, data, type)";
    private const string Two = "update ecs_log.mt_events set";

    public static TheoryData<string, long, ChainFaultKind, long?, string> Tampering => new()
    {
        { $"{Two} data = jsonb_set(data, '{{clusterName}}', '\"x\"') where seq_id = 3", 2, ChainFaultKind.EventAltered, 3, "its data" },
        { $"{Two} data = '{{\"a\":1.5}}' where seq_id = 3", 2, ChainFaultKind.EventAltered, 3, "its data" },
        { $"{Two} user_name = 'somebody else' where seq_id = 3", 2, ChainFaultKind.EventAltered, 3, "actor" },
        { $"{Two} causation_id = 'another' where seq_id = 2", 2, ChainFaultKind.EventAltered, 2, "causation" },
        { $"{Two} type = 'cluster-deleted' where seq_id = 3", 2, ChainFaultKind.EventAltered, 3, "its type" },
        { $"{Two} stream_id = 'x' where seq_id = 3", 2, ChainFaultKind.EventAltered, 3, "its stream or version" },
        { $"{Two} version = 7 where seq_id = 4", 3, ChainFaultKind.EventAltered, 4, "its stream or version" },
        { $"{Two} timestamp = timestamp - interval '1 second' where seq_id = 3", 2, ChainFaultKind.EventAltered, 3, "its time" },
        { $"{Two} id = gen_random_uuid() where seq_id = 3", 2, ChainFaultKind.EventAltered, 3, "its id" },
        { $"{Two} is_archived = true where seq_id = 3", 2, ChainFaultKind.EventAltered, 3, "archived" },
        { $"{Two} type = 'tombstone' where seq_id = 3", 2, ChainFaultKind.EventMissing, 3, "position 3 is missing" },
        { $"{Two} seq_id = 99 where seq_id = 3", 2, ChainFaultKind.EventMoved, 3, "moved to 99" },
        { $"{Two} seq_id = 0 where seq_id = 3", 1, ChainFaultKind.EventMoved, 3, "moved to 0" },
        {
            $"{Two} seq_id = case seq_id when 2 then -2 else -3 end where seq_id in (2, 3); {Two} seq_id = case seq_id when -2 then 3 "
            + $"else 2 end where seq_id < 0",
            2, ChainFaultKind.EventAltered, 2, "its stream"
        },
        { "delete from ecs_log.mt_events where seq_id = 3", 2, ChainFaultKind.EventMissing, 3, "is missing" },
        { "delete from ecs_log.mt_events where seq_id = 1", 1, ChainFaultKind.EventMissing, 1, "is missing" },
        { $"insert into {Row} values (99, gen_random_uuid(), 'x', 1, '{{}}', 'cluster-created')", 4, ChainFaultKind.EventInserted, 99, "behind the end" },
        { $"insert into {Row} values (-5, gen_random_uuid(), 'x', 1, '{{}}', 'cluster-created')", 1, ChainFaultKind.EventInserted, -5, "inserted" },
        { "update ecs_log.commands set answer = '{}' where commit_number = 2 and ordinal = 1", 2, ChainFaultKind.CommandAltered, 2, "its answer" },
        { "update ecs_log.commands set body = '{}' where commit_number = 2 and ordinal = 0", 2, ChainFaultKind.CommandAltered, 2, "what it asked" },
        { "update ecs_log.commands set ordinal = 5 where commit_number = 2 and ordinal = 1", 2, ChainFaultKind.CommandAltered, 2, "its place" },
        { "delete from ecs_log.commands where commit_number = 3", 3, ChainFaultKind.CommandMissing, 4, "command 0" },
        { "update ecs_log.commands set commit_number = 9 where commit_number = 3", 3, ChainFaultKind.CommandMissing, 4, "command 0" },
        {
            "insert into ecs_log.commands select 9, ordinal, service, account, region, 'new', name, routine, body, digest, resolved, "
            + "received_at, decider_version, answer from ecs_log.commands where commit_number = 3",
            4, ChainFaultKind.CommandInserted, null, "behind the end"
        },
        {
            "update ecs_log.commands set received_at = received_at + interval '1 us' where commit_number = 1",
            1, ChainFaultKind.CommandAltered, 1, "when it came"
        },
        { "delete from ecs_log.commits where number = 2", 2, ChainFaultKind.CommitMissing, null, "commit 2 is missing" },
        { "delete from ecs_log.commits where number = 3", 3, ChainFaultKind.CommitMissing, null, "commit 3 is missing" },
        { "update ecs_log.commits set log_time = log_time + interval '1 microsecond' where number = 3", 3, ChainFaultKind.CommitAltered, 4, "its time" },
        { "update ecs_log.commits set hash = repeat('0', 64) where number = 2", 2, ChainFaultKind.CommitAltered, 2, "hash" },
        { "update ecs_log.commits set last_position = 2 where number = 2", 2, ChainFaultKind.CommitAltered, 2, "its last position" },
        { "update ecs_log.commits set first_position = 3 where number = 2", 2, ChainFaultKind.CommitAltered, 3, "its first position" },
        { "update ecs_log.commits set events = 1 where number = 2", 2, ChainFaultKind.CommitAltered, 2, "the number of its events" },
        { "update ecs_log.commits set outline = set_byte(outline, 20, 7) where number = 2", 2, ChainFaultKind.CommitAltered, 2, "remembers" },
        { "update ecs_log.commits set outline = '\\x00' where number = 2", 2, ChainFaultKind.CommitAltered, 2, "cannot be read" },
        { "update ecs_log.log_head set hash = repeat('0', 64)", 3, ChainFaultKind.HeadAltered, null, "head" },
        {
            "update ecs_log.log_head h set number = 2, last_position = 3, hash = c.hash, log_time = c.log_time from ecs_log.commits "
            + "c where c.number = 2",
            3, ChainFaultKind.HeadAltered, null, "behind the head"
        },
        { "delete from ecs_log.log_head", 0, ChainFaultKind.HeadAltered, null, "is not there" },
        { "update ecs_log.mt_streams set version = 9 where id like '%/two'", 4, ChainFaultKind.StreamAltered, null, "version 9" },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task Given_a_row_that_a_superuser_changed_when_verified_then_it_is_named_with_what_was_done(
        string sql, long commit, ChainFaultKind kind, long? position, string words)
    {
        await log.RestoreAsync();
        await log.Test.TamperAsync(sql);

        var fault = (await LogChain.VerifyAsync(log.Test.Connection, Ct)).Fault;
        Assert.NotNull(fault);
        Assert.Equal((commit, kind, position), (fault.Commit, fault.Kind, fault.Position));
        Assert.Contains(words, fault.Reason, StringComparison.Ordinal);
        if (kind is ChainFaultKind.EventAltered or ChainFaultKind.EventMoved) Assert.NotNull(fault.Stream);
    }
}

/// <summary>A log of three commits, with a copy of every row to begin each case from.</summary>
public sealed class KeptLog(PostgresServer server) : IAsyncLifetime
{
    private static readonly string[] Tables = ["mt_streams", "mt_events", "commits", "commands", "log_head"];

    public TestLog Test { get; } = new(server);

    public async ValueTask InitializeAsync()
    {
        await Test.InitializeAsync();
        await ChainTests.WriteAsync(Test);
        await Test.RunAsync("create schema kept");
        foreach (var table in Tables) await Test.RunAsync($"create table kept.{table} as table ecs_log.{table}");
    }

    public ValueTask DisposeAsync() => Test.DisposeAsync();

    /// <summary>The log as it was written.</summary>
    public Task RestoreAsync() => Test.TamperAsync(string.Join(';', Tables.Select(
        table => $"delete from ecs_log.{table}; insert into ecs_log.{table} select * from kept.{table}")));
}

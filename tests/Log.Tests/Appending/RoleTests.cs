using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Npgsql;

namespace Ecs.Log.Tests;

/// <summary>What each service's role may do, and what PostgreSQL refuses it.</summary>
public sealed class RoleTests(RoleLog log) : IClassFixture<RoleLog>
{
    private static readonly string[] Refused =
    [
        "update ecs_log.mt_events set data = '{}'",
        "update ecs_log.mt_events set is_archived = true",
        "delete from ecs_log.mt_events",
        "truncate ecs_log.mt_events cascade",
        "alter table ecs_log.mt_events disable trigger only_added_to",
        "alter table ecs_log.mt_events disable trigger all",
        "alter table ecs_log.mt_events disable row level security",
        "drop trigger only_added_to on ecs_log.mt_events",
        "drop table ecs_log.mt_events cascade",
        "set session_replication_role = replica",
        "update ecs_log.commits set hash = ''",
        "delete from ecs_log.commits",
        "truncate ecs_log.commits",
        "update ecs_log.commands set answer = '{}'",
        "delete from ecs_log.commands",
        "truncate ecs_log.commands",
        "delete from ecs_log.mt_streams",
        "update ecs_log.mt_streams set id = 'x'",
        "truncate ecs_log.mt_streams cascade",
        "delete from ecs_log.log_head",
        "select setval('ecs_log.mt_events_sequence', 1)",
        "create table ecs_log.mine (a int)",
        "create role other",
        "set role postgres",
    ];

    private static readonly string[] RefusedToReaders =
    [
        "insert into ecs_log.mt_streams (id, version) values ('arn:aws:ecs:r:a:cluster/x', 1)",
        "insert into ecs_log.commits values (99, now(), null, 1, 0, 0, '')",
        "update ecs_log.log_head set number = 1",
        "insert into ecs_log.leases values ('auditor', 1, 'x', now())",
        "update ecs_log.leases set epoch = 9",
        "select nextval('ecs_log.mt_events_sequence')",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Roles => [.. LogSchema.Roles];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Given_a_role_when_it_would_alter_the_log_or_what_guards_it_then_PostgreSQL_refuses(string role)
    {
        foreach (var sql in Refused) await RefusedAsync(role, sql);
        Assert.Null((await LogChain.VerifyAsync(log.ConnectionOf(role), Ct)).Fault);
    }

    [Fact]
    public async Task Given_the_Auditors_role_when_it_would_write_anything_then_PostgreSQL_refuses()
    {
        foreach (var sql in RefusedToReaders) await RefusedAsync(LogRoles.Auditor, sql);
    }

    [Theory]
    [InlineData(LogRoles.Registry, Services.Registry)]
    [InlineData(LogRoles.Scheduler, Services.Scheduler)]
    public async Task Given_a_services_role_when_it_appends_then_its_own_kinds_are_taken_and_others_refused(
        string role, string service)
    {
        await using var mine = new EventLog(log.ConnectionOf(role));
        Exception? fault = null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await new Leadership(mine, service, "test").RunAsync(
            async (lease, _) =>
            {
                fault = await Record.ExceptionAsync(() => AppendAsync(mine, lease, role));
                await end.CancelAsync();
            },
            end.Token);
        Assert.Null(fault);
        Assert.Null((await LogChain.VerifyAsync(log.ConnectionOf(role), Ct)).Fault);
    }

    private async Task AppendAsync(EventLog mine, Lease lease, string role)
    {
        var definition = (IEvent)Sample.Deregistered($"of-{role}", 1);
        var cluster = (IEvent)Sample.Created($"of-{role}");
        var isRegistry = lease.Service == Services.Registry;
        var (own, foreign) = isRegistry ? (definition, cluster) : (cluster, definition);
        var other = isRegistry ? Services.Scheduler : Services.Registry;

        await mine.CommitAsync(lease, [Sample.Decided(lease.Service, $"{role}-1", (own, 1))], Ct);
        await mine.CommitAsync(lease, [Sample.Decided(lease.Service, $"{role}-2", (own, 2))], Ct);
        foreach (var wrong in new[] { Sample.Decided(lease.Service, $"{role}-3", (foreign, 1)), Sample.Decided(other, $"{role}-4") })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => mine.CommitAsync(lease, [wrong], Ct));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }

        await RefusedAsync(role, $"insert into ecs_log.relay_positions values ('{other}', 1, now())");
        await RefusedAsync(role, $"insert into ecs_log.leases values ('{other}-x', 1, 'x', now())");
        // What it may not change is, to its statements, not there.
        await log.RunAsync(role, $"update ecs_log.leases set epoch = 99 where name = '{other}'");
        await log.RunAsync(role, $"update ecs_log.mt_streams set version = 99 where id = '{RoleLog.First(other)}'");
        Assert.NotEqual(99L, await log.Test.ScalarAsync<long>($"select epoch from ecs_log.leases where name = '{other}'"));
    }

    [Fact]
    public async Task Given_an_installation_when_it_is_migrated_again_then_policies_are_the_same_and_kinds_have_one_owner()
    {
        const string policies = "select string_agg(tablename || policyname, ',' order by tablename, policyname) from pg_policies";
        var before = await log.Test.ScalarAsync<string>(policies);
        await LogSchema.MigrateAsync(log.Test.Connection, Ct);
        Assert.Equal(before, await log.Test.ScalarAsync<string>(policies));
        Assert.All(Enum.GetValues<ResourceKind>(), kind => Assert.Contains($"'{Arn.Word(kind)}'", LogRoles.GrantSql, StringComparison.Ordinal));
    }

    private async Task RefusedAsync(string role, string sql)
    {
        var refused = await Record.ExceptionAsync(() => log.RunAsync(role, sql));
        Assert.True(refused is PostgresException, $"{role} may: {sql}");
        Assert.True(
            ((PostgresException)refused).SqlState == PostgresErrorCodes.InsufficientPrivilege, $"{sql}: {refused.Message}");
    }
}

/// <summary>A log whose roles can log in.</summary>
public sealed class RoleLog(PostgresServer server) : IAsyncLifetime
{
    private const string Password = "it's a secret";

    public TestLog Test { get; } = new(server);

    public async ValueTask InitializeAsync()
    {
        await Test.InitializeAsync();
        await LogSchema.MigrateAsync(
            Test.Connection, CancellationToken.None, LogSchema.Roles.ToDictionary(role => role, _ => Password));
        foreach (var service in new[] { Services.Registry, Services.Scheduler })
        {
            var lease = await Test.TakeLeaseAsync(service);
            var e = service == Services.Registry ? (IEvent)Sample.Deregistered("first", 1) : Sample.Created("first");
            await Test.Log.CommitAsync(lease, [Sample.Decided(service, $"first-{service}", (e, 1))], default);
        }

        await Test.RunAsync("update ecs_log.leases set holder = null");
    }

    public ValueTask DisposeAsync() => Test.DisposeAsync();

    public static string First(string service) => service == Services.Registry ? Sample.Family("first") : Sample.Cluster("first");

    public string ConnectionOf(string role) =>
        new NpgsqlConnectionStringBuilder(Test.Connection) { Username = role, Password = Password, MaxPoolSize = 5 }.ConnectionString;

    public async Task RunAsync(string role, string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionOf(role));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

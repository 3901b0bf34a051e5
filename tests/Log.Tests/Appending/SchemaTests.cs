using Npgsql;

namespace Ecs.Log.Tests;

public sealed class SchemaTests(PostgresServer server)
{
    private const string Tables = """
        select table_name || '.' || column_name || ' ' || data_type from information_schema.columns
        where table_schema = 'ecs_log' order by 1
        """;

    private const string Indexes = """
        select c.relname || ' ' || c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'ecs_log' and c.relkind = 'i' order by 1
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_an_empty_database_when_five_programs_migrate_at_once_and_again_then_the_log_is_there()
    {
        var connection = await server.CreateEmptyAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => LogSchema.MigrateAsync(connection, Ct)));
        await using (var log = new EventLog(connection))
        {
            Assert.Equal(new LogHead(0, 0, DateTimeOffset.UnixEpoch, LogHead.Genesis), await log.HeadAsync(Ct));
        }

        var (tables, indexes) = (await ListAsync(connection, Tables), await ListAsync(connection, Indexes));
        await LogSchema.MigrateAsync(connection, Ct);
        Assert.Equal(tables, await ListAsync(connection, Tables));
        // The very same, not made anew: on a long log that takes minutes, at each start.
        Assert.Equal(indexes, await ListAsync(connection, Indexes));
    }

    [Fact]
    public async Task Given_the_readers_role_when_it_reads_and_verifies_then_it_may_and_it_may_nothing_else()
    {
        await using var test = new TestLog(server);
        await test.InitializeAsync();
        await test.RunAsync(
            """
            do $$ begin
              create role ecs_log_reader login password 'reader';
            exception when duplicate_object then null; end $$
            """);
        await LogSchema.MigrateAsync(test.Connection, Ct);
        var connection = new NpgsqlConnectionStringBuilder(test.Connection)
        {
            Username = "ecs_log_reader",
            Password = "reader",
        };
        await using var log = new EventLog(connection.ConnectionString);
        Assert.Equal(0, (await log.HeadAsync(Ct)).Number);
        Assert.Empty(await log.ReadStreamsAsync(new Dictionary<string, long> { [Sample.Cluster("x")] = 0 }, Ct));
        Assert.Null((await LogChain.VerifyAsync(connection.ConnectionString, Ct)).Fault);
        await Assert.ThrowsAsync<PostgresException>(async () => await log.CommitAsync(
            await test.TakeLeaseAsync("reader"), [Sample.Decided("reader", "r", (Sample.Created("r"), 1))], Ct));
    }

    private static async Task<IReadOnlyList<string>> ListAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var columns = new List<string>();
        while (await reader.ReadAsync(Ct)) columns.Add(reader.GetString(0));
        return columns;
    }
}

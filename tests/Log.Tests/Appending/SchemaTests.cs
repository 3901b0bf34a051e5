using Npgsql;

namespace Ecs.Log.Tests;

public sealed class SchemaTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_an_empty_database_when_five_programs_migrate_at_once_then_the_log_is_there_and_a_second_run_changes_nothing()
    {
        var connection = await server.CreateEmptyAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => LogSchema.MigrateAsync(connection, Ct)));
        await using (var log = new EventLog(connection))
        {
            Assert.Equal(new LogHead(0, 0, DateTimeOffset.UnixEpoch, LogHead.Genesis), await log.HeadAsync(Ct));
        }

        var before = await TablesAsync(connection);
        await LogSchema.MigrateAsync(connection, Ct);
        Assert.Equal(before, await TablesAsync(connection));
    }

    [Fact]
    public async Task Given_a_role_that_may_only_read_when_it_reads_then_it_needs_nothing_else()
    {
        await using var test = new TestLog(server);
        await test.InitializeAsync();
        await test.RunAsync(
            """
            do $$ begin create role log_test_reader login password 'reader'; exception when duplicate_object then null; end $$;
            grant usage on schema ecs_log to log_test_reader;
            grant select on all tables in schema ecs_log to log_test_reader;
            """);
        var connection = new NpgsqlConnectionStringBuilder(test.Connection)
        {
            Username = "log_test_reader",
            Password = "reader",
        };
        await using var log = new EventLog(connection.ConnectionString);
        Assert.Equal(0, (await log.HeadAsync(Ct)).Number);
        Assert.Empty(await log.ReadStreamsAsync(new Dictionary<string, long> { [Sample.Cluster("x")] = 0 }, Ct));
        Assert.Null((await LogChain.VerifyAsync(connection.ConnectionString, Ct)).Fault);
    }

    private static async Task<IReadOnlyList<string>> TablesAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(
            """
            select table_name || '.' || column_name || ' ' || data_type from information_schema.columns
            where table_schema = 'ecs_log' order by 1
            """);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var columns = new List<string>();
        while (await reader.ReadAsync(Ct)) columns.Add(reader.GetString(0));
        return columns;
    }
}

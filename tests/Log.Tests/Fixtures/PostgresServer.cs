using Npgsql;
using Testcontainers.PostgreSql;

[assembly: AssemblyFixture(typeof(Ecs.Log.Tests.PostgresServer))]

namespace Ecs.Log.Tests;

/// <summary>
/// One PostgreSQL for all tests: a container, or the server that ECS_TEST_POSTGRES_CONNECTION names (as its superuser).
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Template = "log_template";

    private readonly SemaphoreSlim _one = new(1, 1);
    private PostgreSqlContainer? _container;
    private string _connection = "";
    private int _databases;

    public async ValueTask InitializeAsync()
    {
        _connection = Environment.GetEnvironmentVariable("ECS_TEST_POSTGRES_CONNECTION") ?? await StartAsync();
        await RunAsync($"drop database if exists {Template} with (force)", $"create database {Template}");
        await LogSchema.MigrateAsync(ConnectionTo(Template, pooling: false), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_container is not null) await _container.DisposeAsync();
    }

    /// <summary>A new database with an empty log.</summary>
    public Task<string> CreateLogAsync() => CreateAsync($"template {Template}");

    /// <summary>A new database with nothing in it.</summary>
    public Task<string> CreateEmptyAsync() => CreateAsync("");

    /// <summary>A new database with all that another holds, as a restored backup has; who is connected is cut off.</summary>
    public async Task<string> CopyAsync(string connection)
    {
        var original = new NpgsqlConnectionStringBuilder(connection).Database;
        await RunAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{original}'");
        return await CreateAsync($"template {original}");
    }

    public string ConnectionTo(string database, bool pooling = true) =>
        new NpgsqlConnectionStringBuilder(_connection) { Database = database, Pooling = pooling, MaxPoolSize = 30 }
            .ConnectionString;

    private async Task<string> CreateAsync(string options)
    {
        var name = $"log_test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}";
        await RunAsync($"drop database if exists {name} with (force)", $"create database {name} {options}");
        return ConnectionTo(name);
    }

    private async Task<string> StartAsync()
    {
        var image = Environment.GetEnvironmentVariable("ECS_TEST_POSTGRES_IMAGE") ?? "ecs-events/postgres:debian12";
        // No test pulls the plug of the machine, and others use its disk.
        _container = new PostgreSqlBuilder(image).WithCommand("-c", "max_connections=300", "-c", "fsync=off").Build();
        await _container.StartAsync();
        return _container.GetConnectionString();
    }

    private async Task RunAsync(params string[] statements)
    {
        await _one.WaitAsync();
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionTo("postgres", pooling: false));
            await connection.OpenAsync();
            foreach (var sql in statements)
            {
                // Making a database waits for a checkpoint, which a busy disk can draw out.
                await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 180 };
                await command.ExecuteNonQueryAsync();
            }
        }
        finally
        {
            _one.Release();
        }
    }
}

/// <summary>A log of its own for one test class, with what tests do to it behind its back.</summary>
public sealed class TestLog(PostgresServer server) : IAsyncLifetime
{
    public string Connection { get; private set; } = "";

    public EventLog Log { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Begin(await server.CreateLogAsync());

    /// <summary>The log as a backup of it would come back now.</summary>
    public async Task<TestLog> CopyAsync()
    {
        var copy = new TestLog(server);
        await Log.DisposeAsync();
        copy.Begin(await server.CopyAsync(Connection));
        Begin(Connection);
        return copy;
    }

    private void Begin(string connection)
    {
        Connection = connection;
        Log = new EventLog(connection);
    }

    public ValueTask DisposeAsync() => Log.DisposeAsync();

    /// <summary>Another program on the same log.</summary>
    public EventLog Open() => new(Connection);

    /// <summary>Takes the lease away from whoever has it.</summary>
    public async Task<Lease> TakeLeaseAsync(string service)
    {
        var epoch = await ScalarAsync<long>(
            """
            insert into ecs_log.leases values ($1, 1, 'test', clock_timestamp())
            on conflict (name) do update set epoch = leases.epoch + 1, holder = 'test', renewed_at = clock_timestamp()
            returning epoch
            """,
            service);
        return new Lease(service, epoch, "test");
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var source = NpgsqlDataSource.Create(Connection);
        await using var command = source.CreateCommand(sql);
        foreach (var value in parameters) command.Parameters.AddWithValue(value);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task RunAsync(string sql, params object[] parameters)
    {
        await using var source = NpgsqlDataSource.Create(Connection);
        await using var command = source.CreateCommand(sql);
        foreach (var value in parameters) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What nobody but a superuser who switches the triggers off can do to the log.</summary>
    public Task TamperAsync(string sql) => RunAsync($"set session_replication_role = replica; {sql}");

    public async Task<List<Contracts.Events.StoredEvent>> AllAsync(LogFilter? filter = null)
    {
        var events = new List<Contracts.Events.StoredEvent>();
        var ct = TestContext.Current.CancellationToken;
        await foreach (var e in Log.ReadAsync(0, filter: filter, ct: ct)) events.Add(e);
        return events;
    }
}

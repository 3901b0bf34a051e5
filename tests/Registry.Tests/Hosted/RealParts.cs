using Ecs.Log;
using Npgsql;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

[assembly: AssemblyFixture(typeof(Ecs.Registry.Tests.Hosted.RealParts))]

namespace Ecs.Registry.Tests.Hosted;

/// <summary>
/// A real RabbitMQ and a real PostgreSQL in containers, or those that ECS_TEST_RABBITMQ_URI and
/// ECS_TEST_POSTGRES_CONNECTION name. They start with the first test that needs them.
/// </summary>
public sealed class RealParts : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private RabbitMqContainer? _rabbit;
    private PostgreSqlContainer? _postgres;
    private string? _server;
    private int _databases;

    public string BusUri { get; private set; } = "";

    /// <summary>A new database with an empty log.</summary>
    public async Task<string> CreateLogAsync()
    {
        await _one.WaitAsync();
        try
        {
            _server ??= await StartAsync();
            var name = $"registry_test_{Environment.ProcessId}_{++_databases}";
            await using (var connection = new NpgsqlConnection(_server))
            {
                await connection.OpenAsync();
                // It waits for a checkpoint, which a busy disk can draw out.
                await using var create = new NpgsqlCommand($"create database {name}", connection) { CommandTimeout = 180 };
                await create.ExecuteNonQueryAsync();
            }

            var log = new NpgsqlConnectionStringBuilder(_server) { Database = name }.ConnectionString;
            await LogSchema.MigrateAsync(log, CancellationToken.None);
            return log;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_rabbit is not null) await _rabbit.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        _one.Dispose();
    }

    private async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("ECS_TEST_RABBITMQ_URI") is { } uri)
        {
            BusUri = uri;
        }
        else
        {
            _rabbit = new RabbitMqBuilder(Image("rabbitmq")).Build();
            await _rabbit.StartAsync();
            BusUri = _rabbit.GetConnectionString();
        }

        if (Environment.GetEnvironmentVariable("ECS_TEST_POSTGRES_CONNECTION") is { } server) return server;

        // No test pulls the plug of the machine, and others use its disk.
        _postgres = new PostgreSqlBuilder(Image("postgres")).WithCommand("-c", "fsync=off").Build();
        await _postgres.StartAsync();
        return _postgres.GetConnectionString();
    }

    private static string Image(string part) =>
        Environment.GetEnvironmentVariable($"ECS_TEST_{part.ToUpperInvariant()}_IMAGE")
        ?? $"ecs-events/{part}:debian12";
}

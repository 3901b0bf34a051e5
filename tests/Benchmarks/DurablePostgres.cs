using Npgsql;
using Testcontainers.PostgreSql;

namespace Ecs.Benchmarks;

/// <summary>
/// PostgreSQL as one runs it. Testcontainers would not write to disk, for tests that are quick; a commit that is
/// measured is on the disk.
/// </summary>
internal static class DurablePostgres
{
    public static async Task<PostgreSqlContainer> StartAsync(params string[] settings)
    {
        var image = Environment.GetEnvironmentVariable("ECS_TEST_POSTGRES_IMAGE") ?? "ecs-events/postgres:debian12";
        string[] all = ["fsync=on", "full_page_writes=on", "synchronous_commit=on", .. settings];
        var container = new PostgreSqlBuilder(image)
            .WithUsername("ecs").WithPassword("ecs").WithDatabase("ecs")
            .WithCommand([.. all.SelectMany(setting => new[] { "-c", setting })])
            .Build();
        await container.StartAsync();
        await CheckAsync(container.GetConnectionString());
        return container;
    }

    /// <summary>
    /// The way to a server's container as the services of the house have it, without the proxy of published ports: that
    /// takes as much of the machine as reading does.
    /// </summary>
    public static string DirectConnection(this PostgreSqlContainer container) => new NpgsqlConnectionStringBuilder(
        container.GetConnectionString()) { Host = container.IpAddress, Port = PostgreSqlBuilder.PostgreSqlPort }
        .ConnectionString;

    private static async Task CheckAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(
            "select current_setting('fsync') || current_setting('full_page_writes') || current_setting('synchronous_commit')");
        if ((string)(await command.ExecuteScalarAsync())! != "ononon")
        {
            throw new InvalidOperationException("PostgreSQL does not write to disk: its figures would say nothing");
        }
    }
}

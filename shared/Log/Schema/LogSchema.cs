using JasperFx;
using Npgsql;

namespace Ecs.Log;

/// <summary>
/// The one migration step, at deployment: at run time no program changes a table, so that five of them never migrate
/// each other's.
/// </summary>
public static class LogSchema
{
    /// <summary>
    /// Brings the event store and the log's own tables to this version. May be run again, and by several programs at
    /// once: one does it, the others wait for it. Where a role <c>ecs_log_reader</c> is, it may read the log from then
    /// on.
    /// </summary>
    /// <param name="connection">A connection string of a role that may create a schema in the database.</param>
    /// <param name="ct">Gives up waiting; what was begun is taken up by the next run.</param>
    /// <exception cref="LogUnreachableException">The database is not there, or does not let this role in.</exception>
    public static async Task MigrateAsync(string connection, CancellationToken ct)
    {
        var patient = new NpgsqlConnectionStringBuilder(connection)
        {
            CommandTimeout = (int)LogLimits.Migration.TotalSeconds,
            // The advisory lock ends with the connection, so the connection must not live on in a pool.
            Pooling = false,
        };
        await using var holder = new NpgsqlConnection(patient.ConnectionString);
        await OpenAsync(holder, ct);
        await Run(holder, $"select pg_advisory_lock({LogNames.MigrationLock})", ct);
        await Run(holder, $"create schema if not exists {LogNames.Schema}", ct);

        await using var source = NpgsqlDataSource.Create(patient);
        await using (var store = MartenStore.Open(source, AutoCreate.CreateOrUpdate))
        {
            await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        }

        await Run(holder, OwnTables.Sql, ct);
    }

    private static async Task OpenAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        try
        {
            await connection.OpenAsync(ct);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new LogUnreachableException(e);
        }
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>The database of the log is not there, or does not let this role in; the message says which.</summary>
public sealed class LogUnreachableException(Exception inner) : Exception(inner.Message, inner);

using JasperFx;
using Npgsql;

namespace Ecs.Log;

/// <summary>
/// The one migration step, at deployment: at run time no program changes a table, so that five of them never migrate
/// each other's.
/// </summary>
public static class LogSchema
{
    /// <summary>The services' roles in the database: Registry's, Scheduler's and Auditor's.</summary>
    public static IReadOnlyList<string> Roles => LogRoles.All;

    /// <summary>
    /// Brings the event store and the log's own tables to this version. May be run again, and by several programs at
    /// once: one does it, the others wait for it. The services' roles are made where this role may make roles, and
    /// get their rights where they are; so does a role <c>ecs_log_reader</c>, which may only read.
    /// </summary>
    /// <param name="connection">A connection string of a role that may create a schema in the database.</param>
    /// <param name="ct">Gives up waiting; what was begun is taken up by the next run.</param>
    /// <param name="passwords">
    /// The services' passwords, by the names of <see cref="Roles"/>; whose is not given keeps the one that it has.
    /// </param>
    /// <exception cref="LogUnreachableException">The database is not there, or does not let this role in.</exception>
    public static async Task MigrateAsync(
        string connection, CancellationToken ct, IReadOnlyDictionary<string, string>? passwords = null)
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
        await Run(holder, LogRoles.CreateSql, ct);
        await Run(holder, LogRoles.GrantSql, ct);
        foreach (var (role, password) in passwords ?? new Dictionary<string, string>())
        {
            if (!Roles.Contains(role)) throw new ArgumentException($"there is no role '{role}'", nameof(passwords));
            await Run(holder, "select set_config('ecs.password', $1, false)", ct, password);
            await Run(holder, LogRoles.PasswordSql(role), ct);
        }
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

    private static async Task Run(
        NpgsqlConnection connection, string sql, CancellationToken ct, params string[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>The database of the log is not there, or does not let this role in; the message says which.</summary>
public sealed class LogUnreachableException(Exception inner) : Exception(inner.Message, inner);

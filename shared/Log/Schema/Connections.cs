using System.Globalization;
using Npgsql;

namespace Ecs.Log;

/// <summary>The two ways to PostgreSQL: one that may hold the log's locks, and one that never does.</summary>
internal static class Connections
{
    /// <summary>
    /// Statements that a connection keeps prepared. Appends, relay and look-ups send few texts, each many times, and
    /// parsing and planning them anew was half of what an append cost the server.
    /// </summary>
    private const int Prepared = 40;

    /// <summary>Bytes that a reading connection takes from its socket at a time; a page of events is longer.</summary>
    private const int ReadBuffer = 64 * 1024;

    /// <summary>For appends: synchronous, and bounded in how long it can keep others from the log.</summary>
    public static NpgsqlDataSource ForWriting(string connection) =>
        Build(connection, "write", builder =>
        {
            builder.Options = Join(
                builder.Options,
                "-c synchronous_commit=on",
                // Appends find few rows of big tables by key. On a young table, without statistics, the planner would
                // read all of it instead, and keep that plan.
                "-c enable_hashjoin=off",
                "-c enable_mergejoin=off",
                $"-c idle_in_transaction_session_timeout={Milliseconds(LogLimits.IdleInTransaction)}",
                $"-c lock_timeout={Milliseconds(LogLimits.LockWait)}",
                // A statement that outlives the wait for it would hold the locks for nobody.
                $"-c statement_timeout={Milliseconds(LogLimits.Statement)}",
                $"-c tcp_keepalives_idle={Seconds(LogLimits.KeepAlive)}",
                $"-c tcp_keepalives_interval={Seconds(LogLimits.KeepAlive)}",
                "-c tcp_keepalives_count=2");
        });

    /// <summary>For reading, for leases and for the relay's place: nothing that holds <c>log_head</c>.</summary>
    public static NpgsqlDataSource ForReading(string connection) =>
        Build(connection, "read", builder =>
        {
            builder.ReadBufferSize = ReadBuffer;
            builder.Options = Join(
                builder.Options,
                $"-c lock_timeout={Milliseconds(LogLimits.LockWait)}",
                $"-c idle_in_transaction_session_timeout={Milliseconds(LogLimits.IdleInTransaction)}");
        });

    /// <summary>For writing a whole log at once, which takes as long as it takes.</summary>
    public static NpgsqlDataSource ForMoving(string connection) =>
        Build(connection, "move", builder => builder.CommandTimeout = (int)LogLimits.Migration.TotalSeconds);

    private static NpgsqlDataSource Build(
        string connection, string use, Action<NpgsqlConnectionStringBuilder> configure)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection)
        {
            CommandTimeout = (int)LogLimits.Statement.TotalSeconds,
            MaxAutoPrepare = Prepared,
            AutoPrepareMinUsages = 2,
            TcpKeepAlive = true,
            TcpKeepAliveTime = (int)LogLimits.KeepAlive.TotalSeconds,
            TcpKeepAliveInterval = (int)LogLimits.KeepAlive.TotalSeconds,
        };
        builder.ApplicationName = $"{builder.ApplicationName ?? "ecs"}-{use}";
        configure(builder);
        return new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }

    private static string Join(params string?[] options) =>
        string.Join(' ', options.Where(option => !string.IsNullOrEmpty(option)));

    private static string Milliseconds(TimeSpan span) =>
        span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}

using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;
using Npgsql;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Ecs.Benchmarks.StartUp;

/// <summary>
/// A log of a busy fleet in a database of its own: written by the log's own commits in groups of 500, with snapshots
/// taken beside them as a leader takes them.
/// </summary>
internal static class BusyLog
{
    private const int Group = 500;

    /// <summary>An empty log on this server; one of the same name is replaced.</summary>
    public static async Task<string> NewAsync(string server, string name)
    {
        await using (var connection = new NpgsqlConnection(server))
        {
            await connection.OpenAsync();
            foreach (var sql in new[] { $"drop database if exists {name} with (force)", $"create database {name}" })
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync();
            }
        }

        var created = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        await LogSchema.MigrateAsync(created, CancellationToken.None);
        return created;
    }

    /// <summary>Writes so many events.</summary>
    /// <param name="log">The log.</param>
    /// <param name="connection">Where it is.</param>
    /// <param name="events">How many.</param>
    /// <param name="inStep">
    /// Whether every snapshot is taken when it is due, as in a house whose log grows by less than a thousand events a
    /// second; else the writer runs away from them.
    /// </param>
    /// <returns>How long it took, and the digest of the state at the end.</returns>
    public static async Task<(TimeSpan Took, string Digest)> WriteAsync(
        EventLog log, string connection, int events, bool inStep)
    {
        var lease = await TakeAsync(connection, Services.Scheduler);
        var fleet = new BusyFleet();
        var watch = Stopwatch.StartNew();
        await using var taker = new SnapshotTaker<FleetState>(log, lease, inStep ? new Still() : TimeProvider.System);
        for (var written = 0; written < events; written += Group)
        {
            var commit = await log.CommitAsync(
                lease, fleet.Next(lease.Service, Math.Min(Group, events - written)), default);
            taker.Offer(new Published<FleetState>(fleet.State, commit.LastPosition)
            {
                Mark = new CommitMark(commit.Number, commit.Hash),
            });
            if (inStep) await taker.TakenAsync();
        }

        await taker.TakenAsync();
        return (watch.Elapsed, StateDigest.Of(fleet.State));
    }

    /// <summary>The lead of a service, for as long as a benchmark takes.</summary>
    public static async Task<Lease> TakeAsync(string connection, string service)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var take = source.CreateCommand(
            "insert into ecs_log.leases values ($1, 1, 'bench', clock_timestamp() + interval '1 day')");
        take.Parameters.AddWithValue(service);
        await take.ExecuteNonQueryAsync();
        return new Lease(service, 1, "bench");
    }

    /// <summary>A clock that stands still: what a snapshot takes is nothing, and so is the rest after it.</summary>
    private sealed class Still : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}

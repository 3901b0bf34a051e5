using System.Globalization;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;
using Npgsql;
using Testcontainers.PostgreSql;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Ecs.Benchmarks.StartUp;

/// <summary>
/// How long a Scheduler reads before it can decide, at a log of 1 million events (or as many as are asked for): from the
/// first event, and from the newest snapshot and the tail behind it. The log is written by the log's own commits in
/// groups of 500, with snapshots taken beside them as a leader takes them.
/// </summary>
internal static class StartUpBenchmark
{
    private const int Group = 500;

    private static readonly IReadOnlyCollection<ResourceKind> Kinds = OwnedKinds.Scheduler;

    public static async Task RunAsync(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var given = Environment.GetEnvironmentVariable("ECS_LOG_CONNECTION");
        await using var container = given is null ? await StartAsync() : null;
        var connection = await NewDatabaseAsync(given ?? container!.GetConnectionString());
        await LogSchema.MigrateAsync(connection, CancellationToken.None);
        await using var log = new EventLog(connection);

        var (written, digest) = await WriteAsync(log, connection, events);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{events:N0} events written in {written.TotalSeconds:N1} s"));
        await TellSnapshotsAsync(connection);

        var figures = await Rounds.AlternateAsync(
            () => MeasureAsync(log, digest, async reader =>
                await reader.ToTheEndAsync(new Published<FleetState>(FleetState.Empty, 0), default)),
            () => MeasureAsync(log, digest, reader => reader.ToTheEndAsync(null, default)),
            () => MeasureAsync(log, null, reader => reader.NearestAsync(long.MaxValue, default)));
        Console.WriteLine("milliseconds until the state is there, median of 7 alternating rounds (lowest-highest)");
        Console.WriteLine($"from the first event        {figures[0]}");
        Console.WriteLine($"from the newest snapshot    {figures[1]}");
        Console.WriteLine($"  of that the snapshot only {figures[2]}");
    }

    private static async Task<double> MeasureAsync(
        EventLog log, string? digest, Func<StateReader<FleetState>, Task<Published<FleetState>>> read)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        var published = await read(new StateReader<FleetState>(log, Services.Scheduler, Kinds));
        var took = watch.Elapsed;
        return digest is null || StateDigest.Of(published.State) == digest
            ? took.TotalMilliseconds
            : throw new InvalidOperationException("what was read is not the state that the log was written from");
    }

    private static async Task<(TimeSpan Took, string Digest)> WriteAsync(EventLog log, string connection, int events)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var take = source.CreateCommand(
            "insert into ecs_log.leases values ($1, 1, 'bench', clock_timestamp() + interval '1 day')");
        take.Parameters.AddWithValue(Services.Scheduler);
        await take.ExecuteNonQueryAsync();
        var lease = new Lease(Services.Scheduler, 1, "bench");

        var fleet = new BusyFleet();
        var watch = Stopwatch.StartNew();
        await using var taker = new SnapshotTaker<FleetState>(log, lease, TimeProvider.System);
        for (var written = 0; written < events; written += Group)
        {
            var commit = await log.CommitAsync(
                lease, fleet.Next(lease.Service, Math.Min(Group, events - written)), default);
            taker.Offer(new Published<FleetState>(fleet.State, commit.LastPosition)
            {
                Mark = new CommitMark(commit.Number, commit.Hash),
            });
        }

        await taker.TakenAsync();
        return (watch.Elapsed, StateDigest.Of(fleet.State));
    }

    private static async Task TellSnapshotsAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(
            """
            select count(*), coalesce(max(size), 0), coalesce(max(length(content)), 0),
              (select last_position from ecs_log.log_head) - coalesce(max(position), 0)
            from ecs_log.snapshots
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{reader.GetInt64(0):N0} snapshots, the largest {reader.GetInt64(1):N0} bytes, "
            + $"{reader.GetInt32(2):N0} compressed; {reader.GetInt64(3):N0} events behind the newest"));
    }

    private static async Task<PostgreSqlContainer> StartAsync()
    {
        var image = Environment.GetEnvironmentVariable("ECS_TEST_POSTGRES_IMAGE") ?? "ecs-events/postgres:debian12";
        var container = new PostgreSqlBuilder(image).Build();
        await container.StartAsync();
        return container;
    }

    private static async Task<string> NewDatabaseAsync(string connection)
    {
        const string name = "ecs_bench_start_up";
        await using var server = new NpgsqlConnection(connection);
        await server.OpenAsync();
        foreach (var sql in new[] { $"drop database if exists {name} with (force)", $"create database {name}" })
        {
            await using var command = new NpgsqlCommand(sql, server);
            await command.ExecuteNonQueryAsync();
        }

        return new NpgsqlConnectionStringBuilder(connection) { Database = name }.ConnectionString;
    }
}

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
/// first event, and from the newest snapshot and the tail behind it, of a log that is written as fast as it goes.
/// </summary>
internal static class StartUpBenchmark
{
    private static readonly IReadOnlyCollection<ResourceKind> Kinds = OwnedKinds.Scheduler;

    public static async Task RunAsync(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var given = Environment.GetEnvironmentVariable("ECS_LOG_CONNECTION");
        await using var container = given is null ? await StartAsync() : null;
        var connection = await BusyLog.NewAsync(given ?? container!.DirectConnection(), "ecs_bench_start_up");
        await using var log = new EventLog(connection);

        var (written, digest) = await BusyLog.WriteAsync(log, connection, events, inStep: false);
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

    /// <summary>PostgreSQL as tests run it: what is measured on it reads.</summary>
    internal static async Task<PostgreSqlContainer> StartAsync()
    {
        var image = Environment.GetEnvironmentVariable("ECS_TEST_POSTGRES_IMAGE") ?? "ecs-events/postgres:debian12";
        var container = new PostgreSqlBuilder(image).Build();
        await container.StartAsync();
        return container;
    }
}

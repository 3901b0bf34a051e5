using System.Diagnostics;
using System.Globalization;
using Ecs.Log;
using Npgsql;

namespace Ecs.Benchmarks.Append;

/// <summary>
/// Events appended per second: the log's own commit (fence, order, chain, command records) against Marten's SaveChanges
/// of the same events, on the same server. Each command makes one task, as RunTask does: a new stream with one event.
/// </summary>
internal static class AppendBenchmark
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(string[] args)
    {
        var given = Environment.GetEnvironmentVariable("ECS_LOG_CONNECTION");
        await using var container = given is null ? await DurablePostgres.StartAsync() : null;
        var connection = await NewDatabaseAsync(given ?? container!.DirectConnection());
        await LogSchema.MigrateAsync(connection, CancellationToken.None);

        Console.WriteLine("events appended per second, median of 7 alternating rounds (lowest-highest)");
        Console.WriteLine(
            $"{"writers",7} {"group",5}  {"raw Marten",-24} {"raw + log_head",-24} {"the log",-24} ratio");
        foreach (var writers in new[] { 1, 8 })
        {
            foreach (var group in new[] { 1, 100, 500 })
            {
                await using var raw = await RawMarten.OpenAsync(connection, "bench_raw", lockHead: false);
                await using var locked = await RawMarten.OpenAsync(connection, "bench_raw", lockHead: true);
                await using var log = await OurLog.OpenAsync(connection, writers);
                var figures = await Rounds.AlternateAsync(
                    () => MeasureAsync(writers, group, raw.AppendAsync),
                    () => MeasureAsync(writers, group, locked.AppendAsync),
                    () => MeasureAsync(writers, group, log.AppendAsync));
                var ratio = figures[2].Median / figures[0].Median;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{writers,7} {group,5}  {figures[0],-24} {figures[1],-24} {figures[2],-24} {ratio:0.00}"));
            }
        }
    }

    private static async Task<double> MeasureAsync(int writers, int group, Func<int, int, Task> appendAsync)
    {
        var watch = Stopwatch.StartNew();
        var events = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var appended = 0L;
            for (; watch.Elapsed < Round; appended += group) await appendAsync(writer, group);
            return appended;
        })));
        return events.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static async Task<string> NewDatabaseAsync(string connection)
    {
        const string name = "ecs_bench_append";
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

using System.Globalization;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.Fleet;
using Npgsql;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Ecs.Benchmarks.Past;

/// <summary>
/// Folding the whole log, in turn with bare reading and deserialising of the same rows by Npgsql alone:
/// <c>replay &lt;connection&gt; &lt;events&gt;</c>. It is a process of its own, collected as the Auditor, which replays.
/// </summary>
internal static class ReplayRate
{
    private const int Page = LogLimits.FactPage;

    public static Task TellAsync(string connection, int events) => OwnProcess.RunAsync(
        ["replay", connection, events.ToString(CultureInfo.InvariantCulture)], collectedAs: "Auditor");

    public static async Task RunAsync(string[] args)
    {
        var (connection, events) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
        await using var log = new EventLog(connection);
        await using var source = NpgsqlDataSource.Create(connection);
        var figures = await Rounds.AlternateAsync(
            () => RateAsync(events, () => FoldAsync(log)), () => RateAsync(events, () => ReadAsync(source, events)));
        Console.WriteLine("events a second, median of 7 alternating rounds (lowest-highest)");
        Console.WriteLine($"  folded from the first event     {figures[0]}");
        Console.WriteLine($"  the rows read and deserialised  {figures[1]}");
        Console.WriteLine(FormattableString.Invariant($"  ratio {figures[0].Median / figures[1].Median:N2}"));
    }

    private static async Task<double> RateAsync(int events, Func<Task> read)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        await read();
        return events / watch.Elapsed.TotalSeconds;
    }

    private static async Task FoldAsync(EventLog log)
    {
        var reader = new StateReader<FleetState>(log, Services.Scheduler, OwnedKinds.Scheduler);
        await reader.ToTheEndAsync(new Published<FleetState>(FleetState.Empty, 0), CancellationToken.None);
    }

    private static async Task ReadAsync(NpgsqlDataSource source, int events)
    {
        var read = 0;
        for (var after = 0L; ;)
        {
            await using var command = source.CreateCommand(
                "select seq_id, type, data from ecs_log.mt_events where seq_id > $1 order by seq_id limit $2");
            command.Parameters.AddWithValue(after);
            command.Parameters.AddWithValue(Page);
            await using var reader = await command.ExecuteReaderAsync();
            var rows = 0;
            while (await reader.ReadAsync())
            {
                after = reader.GetInt64(0);
                var type = EventTypes.Find(reader.GetString(1))!;
                _ = JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(2), type, EcsJson.Options);
                rows++;
            }

            read += rows;
            if (rows < Page) break;
        }

        if (read != events) throw new InvalidOperationException($"{read} rows were read of {events}");
    }
}

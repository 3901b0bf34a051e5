using System.Globalization;
using Ecs.Benchmarks.StartUp;
using Ecs.Benchmarks.Throughput;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Hosting;
using Ecs.Log;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ecs.Benchmarks.Feed;

/// <summary>
/// From the commit of an event to whoever follows: a queue at <c>ecs.events</c>, and <c>GET /log?follow</c> of the
/// Auditor. Commit times are PostgreSQL's own, set just before the commit is brought to the disk, which is thus in it.
/// <c>feed [commands] [events that the log has before]</c>.
/// </summary>
internal static class FeedBenchmark
{
    /// <summary>Time from one command to the next: more of them would measure how they queue.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Commands that do not count, while the programs are compiled.</summary>
    private const int WarmUp = 500;

    public static async Task RunAsync(string[] args)
    {
        var commands = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3_000;
        var events = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 0;
        await using var house = new House();
        await house.StartAsync(connection => FillAsync(connection, events));
        await using var auditor = await ProgramProcess.StartAsync(
            "Auditor", new Dictionary<string, string> { [Settings.LogConnection] = house.LogConnection });
        await using var bus = await BusFollower.StartAsync(house.BusUri);
        await using var http = await HttpFollower.StartAsync(auditor.Url, behind: events);
        using var host = await ConnectAsync(house);
        var sender = host.Services.GetRequiredService<ICommandSender>();
        for (var i = 0; i < WarmUp + commands; i++)
        {
            await CreateAsync(sender, i);
            await Task.Delay(Between);
        }

        var committed = await CommitsAsync(house.LogConnection, WarmUp);
        var last = committed.Keys.Max();
        await Task.WhenAll(bus.HasAsync(last), http.HasAsync(last)).WaitAsync(Patience);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {committed.Count:N0} events, one every {Between.TotalMilliseconds:N0} ms and its answer, behind {events:N0} others
            from commit to subscriber, milliseconds, p50 and p99
            """));
        Console.WriteLine($"on the bus, ecs.events  {Lag(committed, bus.Arrived)}");
        Console.WriteLine($"over HTTP, followed     {Lag(committed, http.Arrived)}");
        await host.StopAsync();
    }

    /// <summary>The life of a busy fleet, told already.</summary>
    private static async Task FillAsync(string connection, int events)
    {
        if (events == 0) return;

        await using (var log = new EventLog(connection))
        {
            await BusyLog.WriteAsync(log, connection, events, inStep: true);
        }

        await using var source = NpgsqlDataSource.Create(connection);
        await using var hand = source.CreateCommand(
            $"""
            update ecs_log.leases set holder = null;
            insert into ecs_log.relay_positions (name, position, saved_at)
            select '{Services.Scheduler}', last_position, clock_timestamp() from ecs_log.log_head
            """);
        await hand.ExecuteNonQueryAsync();
    }

    private static async Task CreateAsync(ICommandSender sender, int number)
    {
        var command = new CreateCluster { CommandId = $"feed-{number}", ClusterName = $"feed-{number}" };
        var answer = await sender.SendAsync(command, Patience, CancellationToken.None);
        if (answer.Error is { } error) throw new InvalidOperationException(error.Message);
    }

    private static Distribution Lag(
        IReadOnlyDictionary<long, DateTimeOffset> committed, IReadOnlyDictionary<long, DateTimeOffset> arrived) =>
        new(committed.Select(commit => (arrived[commit.Key] - commit.Value).TotalMilliseconds));

    private static async Task<Dictionary<long, DateTimeOffset>> CommitsAsync(string connection, int skipped)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(
            """
            select seq_id, pg_xact_commit_timestamp(xmin) from ecs_log.mt_events
            where type = 'cluster-created' and stream_id like '%/feed-%' order by seq_id offset $1
            """);
        command.Parameters.AddWithValue(skipped);
        await using var reader = await command.ExecuteReaderAsync();
        var commits = new Dictionary<long, DateTimeOffset>();
        while (await reader.ReadAsync()) commits.Add(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1));
        return commits;
    }

    private static async Task<IHost> ConnectAsync(House house)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        builder.Services.AddEcsBus(new BusOptions(house.BusUri, "benchmark"));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}

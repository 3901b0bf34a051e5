using System.Diagnostics;
using Ecs.Benchmarks.Append;
using Ecs.Bus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecs.Benchmarks.Throughput;

/// <summary>
/// Tasks per second from RunTask to STOPPED, placed, running and stopped all in the log: the Scheduler as the program
/// that it is, broker and database in containers of their own, and in this process the client and the simulated Agents.
/// In turn with it, Marten's bare appends of as many events in groups of the same sizes, on the same server.
/// </summary>
internal static class ThroughputBenchmark
{
    /// <summary>
    /// Rounds before those that count. A service that runs for long has had its code compiled for good; after one round
    /// the compiler still takes half of what the Scheduler uses.
    /// </summary>
    private const int WarmUps = 5;

    public static async Task RunAsync(string[] args)
    {
        var shape = Shape.Read(args);
        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
        await using var house = new House();
        await house.StartAsync();

        using var bus = await ConnectAsync(house);
        var sendings = new Sendings(bus.Services.GetRequiredService<ICommandSender>());
        var board = new TaskBoard();
        var client = new Client(sendings, board, shape);
        await client.RegisterAsync();
        var agents = await JoinAsync(shape, bus.Services, sendings, board);

        await using var log = new LogReading(house.LogConnection);
        await using var marten = await RawMarten.OpenAsync(house.LogConnection, "bench_raw", lockHead: false);
        using var meter = new CpuMeter(house);
        var rounds = new RoundsOfTasks(client, board, log, meter, marten, shape);
        for (var i = 0; i < WarmUps; i++) await client.RunAsync();
        var figures = await Rounds.AlternateAsync(rounds.TasksAsync, rounds.RawAsync);

        var report = new Report(shape, figures[0], figures[1], rounds, load);
        await report.WriteAsync(log, sendings, board);

        foreach (var agent in agents) await agent.DisposeAsync();
        await bus.StopAsync();
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

    private static async Task<IReadOnlyList<SimulatedAgent>> JoinAsync(
        Shape shape, IServiceProvider bus, ICommandSender sender, TaskBoard board)
    {
        var agents = new List<SimulatedAgent>();
        for (var i = 1; i <= shape.Agents; i++)
        {
            agents.Add(await SimulatedAgent.JoinAsync(
                i,
                shape.Room,
                sender,
                bus.GetRequiredService<IAgentEndpoint>(),
                bus.GetRequiredService<IHeartbeats>(),
                board));
        }

        return agents;
    }
}

/// <summary>The two things that are compared, and what the rounds that count have cost.</summary>
internal sealed class RoundsOfTasks(
    Client client, TaskBoard board, LogReading log, CpuMeter meter, RawMarten marten, Shape shape)
{
    private List<CommitRow> _last = [];
    private bool _warm;

    /// <summary>The last commit before the rounds that count.</summary>
    public long Start { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    /// <summary>Messages that the Agents have got.</summary>
    public int AssignmentMessages { get; private set; }

    public CpuTimes Cpu { get; private set; } = CpuTimes.None;

    /// <summary>One round of tasks.</summary>
    /// <returns>Tasks per second.</returns>
    public async Task<double> TasksAsync()
    {
        var head = await log.HeadAsync();
        var messages = board.Messages;
        var cpu = await meter.ReadAsync();
        var watch = Stopwatch.StartNew();
        await client.RunAsync();
        var elapsed = watch.Elapsed;
        if (_warm)
        {
            Elapsed += elapsed;
            AssignmentMessages += board.Messages - messages;
            Cpu += await meter.ReadAsync() - cpu;
            if (Start == 0) Start = head;
        }

        _warm = true;
        _last = await log.CommitsAsync(head);
        return shape.Tasks / elapsed.TotalSeconds;
    }

    /// <summary>The events of the last round again, by Marten alone.</summary>
    /// <returns>Events per second.</returns>
    public async Task<double> RawAsync()
    {
        var watch = Stopwatch.StartNew();
        foreach (var commit in _last.Where(commit => commit.Events > 0)) await marten.AppendAsync(0, commit.Events);
        return _last.Sum(commit => commit.Events) / watch.Elapsed.TotalSeconds;
    }
}

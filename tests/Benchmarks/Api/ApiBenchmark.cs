using System.Diagnostics;
using System.Globalization;
using Ecs.Benchmarks.Throughput;
using Ecs.Bus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecs.Benchmarks.Api;

/// <summary>
/// What the ECS API takes over HTTP through the Gateway against the same on the bus, in turn, with many tasks there; and
/// the Gateway's memory under a mix of all of it. Registry, Scheduler and Gateway are the programs that they are.
/// </summary>
internal static class ApiBenchmark
{
    private const double BudgetMilliseconds = 2;

    public static async Task RunAsync(string[] args)
    {
        var shape = ApiShape.Read(args);
        await using var house = new House();
        await house.StartAsync();
        await using var program = await ProgramProcess.StartAsync("Gateway", new Dictionary<string, string>
        {
            ["ECS_BUS_URI"] = house.BusUri.ToString(),
            ["ECS_UNSIGNED_ACCESS"] = "true",
        });
        using var gateway = new OneTask.Gateway(program.Url);
        using var bus = await ConnectAsync(house);
        var sender = bus.Services.GetRequiredService<ICommandSender>();
        await using var cluster = new FullCluster(sender, bus.Services.GetRequiredService<IHeartbeats>());
        var filled = Stopwatch.StartNew();
        await cluster.FillAsync(shape.Tasks);
        Console.WriteLine(Line($"{shape.Tasks:N0} tasks placed in {filled.Elapsed.TotalSeconds:N0} s"));
        var listed = Stopwatch.StartNew();
        var middle = await cluster.MiddleAsync(shape.Tasks);
        Console.WriteLine(Line($"half of them listed, page by page, in {listed.Elapsed.TotalSeconds:N1} s"));
        var operations = ApiOperation.All(cluster.Tasks, middle);

        Console.WriteLine(Line($"{shape.Tasks:N0} tasks; {Rounds.Count} alternating rounds of {shape.Requests} requests one after another,"));
        Console.WriteLine(Line($"milliseconds; then requests a second, {shape.AtOnce} at once"));
        Console.WriteLine($"{"",-26}{"HTTP p50",9}{"p99",8}{"/s",8}{"bus p50",9}{"p99",8}{"/s",8}{"added",8}");
        foreach (var operation in operations) await MeasureAsync(operation, gateway, sender, shape);
        if (shape.MixMinutes > 0) await MixAsync(operations, gateway, program, shape);
        await bus.StopAsync();
    }

    private static async Task MeasureAsync(
        ApiOperation operation, OneTask.Gateway gateway, ICommandSender sender, ApiShape shape)
    {
        List<double> http = [], bus = [];
        await TimeAsync(() => operation.OverHttpAsync(gateway), [], shape.Requests);
        await TimeAsync(() => operation.OnTheBusAsync(sender), [], shape.Requests);
        for (var round = 0; round < Rounds.Count; round++)
        {
            await TimeAsync(() => operation.OverHttpAsync(gateway), http, shape.Requests);
            await TimeAsync(() => operation.OnTheBusAsync(sender), bus, shape.Requests);
        }

        var httpRate = await RateAsync(() => operation.OverHttpAsync(gateway), shape);
        var busRate = await RateAsync(() => operation.OnTheBusAsync(sender), shape);
        var (ours, theirs) = (new Distribution(http), new Distribution(bus));
        var added = ours.At(0.5) - theirs.At(0.5);
        Console.WriteLine(Line(
            $"{operation.Name,-26}{ours.At(0.5),9:N2}{ours.At(0.99),8:N2}{httpRate,8:N0}{theirs.At(0.5),9:N2}{theirs.At(0.99),8:N2}{busRate,8:N0}")
            + Line($"{added,8:N2}   (budget {BudgetMilliseconds:N0})"));
    }

    private static async Task TimeAsync(Func<Task> ask, List<double> times, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await ask();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    private static async Task<double> RateAsync(Func<Task> ask, ApiShape shape)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, shape.AtOnce).Select(_ => TimeAsync(ask, [], shape.Requests)));
        return shape.AtOnce * shape.Requests / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task MixAsync(
        IReadOnlyList<ApiOperation> operations, OneTask.Gateway gateway, ProgramProcess program, ApiShape shape)
    {
        var end = Stopwatch.StartNew();
        var length = TimeSpan.FromMinutes(shape.MixMinutes);
        var sampled = new List<long>();
        var asking = Enumerable.Range(0, shape.AtOnce).Select(async number =>
        {
            for (var i = number; end.Elapsed < length; i++) await operations[i % operations.Count].OverHttpAsync(gateway);
        }).ToList();
        while (end.Elapsed < length)
        {
            await Task.Delay(length / 20);
            sampled.Add(program.MemoryBytes / 1024 / 1024);
        }

        await Task.WhenAll(asking);
        Console.WriteLine(Line($"the Gateway's memory under a mix of {shape.MixMinutes} min, MiB: {string.Join(' ', sampled)}"));
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

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Diagnostics;
using System.Globalization;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Containers;
using Ecs.Agent.Docker;

namespace Ecs.Benchmarks.Throughput;

/// <summary>
/// Seconds of a core that each part has had; the machine's are those of everyone on it, and the wall's those that
/// passed.
/// </summary>
internal sealed record CpuTimes(
    double Scheduler, double Rabbit, double Postgres, double Benchmark, double Machine, double Wall)
{
    public static readonly CpuTimes None = new(0, 0, 0, 0, 0, 0);

    public double Others => Machine - Scheduler - Rabbit - Postgres - Benchmark;

    public static CpuTimes operator +(CpuTimes a, CpuTimes b) => Join(a, b, (x, y) => x + y);

    public static CpuTimes operator -(CpuTimes a, CpuTimes b) => Join(a, b, (x, y) => x - y);

    private static CpuTimes Join(CpuTimes a, CpuTimes b, Func<double, double, double> join) => new(
        join(a.Scheduler, b.Scheduler), join(a.Rabbit, b.Rabbit), join(a.Postgres, b.Postgres),
        join(a.Benchmark, b.Benchmark), join(a.Machine, b.Machine), join(a.Wall, b.Wall));
}

/// <summary>Reads who has had the machine's cores; on Linux, where containers share its kernel.</summary>
internal sealed class CpuMeter(House house) : IDisposable
{
    /// <summary>The kernel's clock ticks in <c>/proc/stat</c>, a second: the same on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private readonly Engine _engine =
        new(new Uri(Environment.GetEnvironmentVariable("DOCKER_HOST") ?? "unix:///var/run/docker.sock"));

    public async Task<CpuTimes> ReadAsync()
    {
        var rabbit = ContainerAsync(house.Rabbit);
        var postgres = await ContainerAsync(house.Postgres);
        using var own = Process.GetCurrentProcess();
        return new CpuTimes(
            house.Scheduler.Cpu.TotalSeconds,
            await rabbit,
            postgres,
            own.TotalProcessorTime.TotalSeconds,
            Machine(),
            Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency);
    }

    public void Dispose() => _engine.Dispose();

    private async Task<double> ContainerAsync(IContainer container)
    {
        var last = new Last();
        var once = new ContainerStatsParameters { Stream = false, OneShot = true };
        var docker = await _engine.ConnectAsync(CancellationToken.None);
        await docker.Containers.GetContainerStatsAsync(container.Id, once, last, CancellationToken.None);
        return last.Nanoseconds / 1e9;
    }

    private static double Machine()
    {
        // cpu user nice system idle iowait irq softirq steal ...
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / TicksPerSecond;
    }

    // Progress<T> would hand it over some time later, on another thread.
    private sealed class Last : IProgress<ContainerStatsResponse>
    {
        public double Nanoseconds { get; private set; }

        public void Report(ContainerStatsResponse value) => Nanoseconds = value.CPUStats!.CPUUsage!.TotalUsage;
    }
}

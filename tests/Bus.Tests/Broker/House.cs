using Ecs.Contracts.Bus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecs.Bus.Tests;

/// <summary>A program of the house: a host with the bus, and a plain client beside it.</summary>
internal sealed class House : IAsyncDisposable
{
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly IHost _host;

    private House(IHost host, Outsider outsider)
    {
        _host = host;
        Outsider = outsider;
    }

    internal Outsider Outsider { get; }

    internal ICommandSender Commands => Get<ICommandSender>();

    internal IServiceEndpoint Service => Get<IServiceEndpoint>();

    internal IEventPublisher Events => Get<IEventPublisher>();

    internal DeadLetters DeadLetters => Get<DeadLetters>();

    internal T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>A house on a broker whose queues are empty.</summary>
    internal static async Task<House> StartAsync(Broker broker, bool clean = true)
    {
        var options = new BusOptions(broker.Uri, "bus-tests");
        if (clean) await CleanAsync(options);
        var house = new House(Build(options), await Outsider.ConnectAsync(broker.Uri));
        await house._host.StartAsync();
        await Until(async () => await house.HealthAsync() is HealthStatus.Healthy);
        return house;
    }

    internal static IHost Build(BusOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("ECS_TEST_LOG") is not null)
        {
            builder.Logging.AddSimpleConsole(console => console.TimestampFormat = "HH:mm:ss.fff ");
        }

        builder.Services.AddEcsBus(options);
        return builder.Build();
    }

    internal async Task<HealthStatus> HealthAsync() => (await Get<HealthCheckService>()
        .CheckHealthAsync(check => check.Tags.Contains("ready"))).Status;

    internal static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await condition()) await Task.Delay(20, deadline.Token);
    }

    internal static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    public async ValueTask DisposeAsync()
    {
        await Outsider.DisposeAsync();
        await _host.StopAsync();
        _host.Dispose();
    }

    private static async Task CleanAsync(BusOptions options)
    {
        await Topology.DeclareAsync(options, default);
        await using var outsider = await Outsider.ConnectAsync(options.Uri);
        foreach (var queue in (string[])["registry", "scheduler", Exchanges.DeadLetters])
        {
            await outsider.Channel.QueuePurgeAsync(queue);
        }
    }
}

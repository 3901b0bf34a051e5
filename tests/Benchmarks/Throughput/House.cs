using DotNet.Testcontainers.Containers;
using Ecs.Hosting;
using Ecs.Log;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Ecs.Benchmarks.Throughput;

/// <summary>What durable throughput needs: broker and database in containers, Registry and Scheduler as processes.</summary>
internal sealed class House : IAsyncDisposable
{
    private readonly RabbitMqContainer _rabbit = new RabbitMqBuilder(
            Environment.GetEnvironmentVariable("ECS_TEST_RABBITMQ_IMAGE") ?? "ecs-events/rabbitmq:debian12")
        .WithUsername("ecs").WithPassword("ecs").Build();

    private PostgreSqlContainer? _postgres;
    private ProgramProcess? _registry;
    private ProgramProcess? _scheduler;

    // The containers' own addresses: a published port would put Docker's proxy, one more process, on every byte's way.
    public Uri BusUri => new($"amqp://ecs:ecs@{_rabbit.IpAddress}:5672");

    public string LogConnection => $"Host={Postgres.IpAddress};Database=ecs;Username=ecs;Password=ecs";

    public IContainer Rabbit => _rabbit;

    public IContainer Postgres => _postgres!;

    public ProgramProcess Scheduler => _scheduler!;

    /// <summary>Starts all of it.</summary>
    /// <param name="fill">Writes a log into the empty one, by its connection, before there are services.</param>
    public async Task StartAsync(Func<string, Task>? fill = null)
    {
        // The commits' own times are kept besides, for the hops; they cost a few bytes each.
        var rabbit = _rabbit.StartAsync();
        _postgres = await DurablePostgres.StartAsync("track_commit_timestamp=on");
        await rabbit;
        await LogSchema.MigrateAsync(LogConnection, CancellationToken.None);
        if (fill is not null) await fill(LogConnection);
        var settings = new Dictionary<string, string>
        {
            [Settings.BusUri] = BusUri.ToString(),
            [Settings.LogConnection] = LogConnection,
        };
        _registry = await ProgramProcess.StartAsync("Registry", settings);
        _scheduler = await ProgramProcess.StartAsync("Scheduler", settings);
    }

    public async ValueTask DisposeAsync()
    {
        if (_scheduler is not null) await _scheduler.DisposeAsync();
        if (_registry is not null) await _registry.DisposeAsync();
        await _rabbit.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
    }
}

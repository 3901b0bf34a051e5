using System.Net.Sockets;
using DotNet.Testcontainers.Containers;
using Npgsql;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Ecs.EndToEnd.House;

/// <summary>
/// A real RabbitMQ and a real PostgreSQL of one stack. Their host ports are chosen here and stay over restarts, so that
/// whoever was connected finds them again.
/// </summary>
internal sealed class Backbone : IAsyncDisposable
{
    /// <summary>The password of the services' database roles.</summary>
    public const string RolePassword = "of-a-service";

    private readonly RabbitMqContainer _rabbit;
    private readonly PostgreSqlContainer _postgres;
    private readonly int _busPort = TestSettings.FreePort();
    private readonly int _logPort = TestSettings.FreePort();

    public Backbone()
    {
        _rabbit = new RabbitMqBuilder(TestSettings.RabbitMqImage)
            .WithUsername("ecs").WithPassword("ecs").WithPortBinding(_busPort, 5672).Build();
        _postgres = new PostgreSqlBuilder(TestSettings.PostgresImage)
            .WithUsername("ecs").WithPassword("ecs").WithDatabase("ecs").WithPortBinding(_logPort, 5432).Build();
    }

    public string BusUri => $"amqp://ecs:ecs@127.0.0.1:{_busPort}";

    public string LogConnection => $"Host=127.0.0.1;Port={_logPort};Database=ecs;Username=ecs;Password=ecs";

    /// <summary>The log as a service is let in: by its own role, with what that role may do.</summary>
    public string LogConnectionOf(string service) =>
        $"Host=127.0.0.1;Port={_logPort};Database=ecs;Username=ecs_{service.ToLowerInvariant()};Password={RolePassword}";

    public Part RabbitMq => new("RabbitMQ", _rabbit, IsBrokerUpAsync);

    public Part Postgres => new("PostgreSQL", _postgres, IsDatabaseUpAsync);

    public async Task StartAsync()
    {
        await Task.WhenAll(_rabbit.StartAsync(), _postgres.StartAsync());
        await Task.WhenAll(RabbitMq.WaitAsync(), Postgres.WaitAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _rabbit.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private async Task<bool> IsBrokerUpAsync()
    {
        try
        {
            await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = new Uri(BusUri) }
                .CreateConnectionAsync();
            return true;
        }
        catch (Exception fault) when (fault is RabbitMQ.Client.Exceptions.BrokerUnreachableException or SocketException)
        {
            return false;
        }
    }

    private async Task<bool> IsDatabaseUpAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{LogConnection};Pooling=false;Timeout=2");
            await connection.OpenAsync();
            return true;
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }
}

/// <summary>One part of the backbone, with the faults that befall it.</summary>
internal sealed record Part(string Name, IContainer Container, Func<Task<bool>> IsUpAsync)
{
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public Task StopAsync() => EngineAsync(engine => engine.StopAsync(Container.Id));

    public Task KillAsync() => EngineAsync(engine => engine.KillAsync(Container.Id));

    public async Task StartAsync()
    {
        await EngineAsync(engine => engine.StartAsync(Container.Id));
        await WaitAsync();
    }

    /// <summary>Up, whatever state it is in.</summary>
    public async Task MendAsync()
    {
        if (!await IsUpAsync()) await StartAsync();
    }

    public Task WaitAsync() => Eventually.HoldsAsync($"{Name} answers", IsUpAsync);

    private static async Task EngineAsync(Func<Engine, Task> work)
    {
        using var engine = new Engine();
        await work(engine);
    }
}

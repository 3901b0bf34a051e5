using Testcontainers.RabbitMq;

[assembly: AssemblyFixture(typeof(Ecs.Bus.Tests.Broker))]
// All tests share the named queues of one broker.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Ecs.Bus.Tests;

/// <summary>A real RabbitMQ in a container, or the one that ECS_TEST_RABBITMQ_URI names.</summary>
public sealed class Broker : IAsyncLifetime
{
    private const string Password = "bus-tests";

    // The cookie is the broker's own: rabbitmqctl as root would ask for another one.
    private static readonly string[] AsRabbit =
        ["setpriv", "--reuid=rabbitmq", "--regid=rabbitmq", "--init-groups"];

    private readonly string? _given = Environment.GetEnvironmentVariable("ECS_TEST_RABBITMQ_URI");
    private RabbitMqContainer? _container;

    public Uri Uri { get; private set; } = new("amqp://none");

    private RabbitMqContainer Container
    {
        get
        {
            if (_container is null) Assert.Skip("the broker of ECS_TEST_RABBITMQ_URI is not ours to stop");
            return _container;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (_given is not null)
        {
            Uri = new Uri(_given);
            return;
        }

        var image = Environment.GetEnvironmentVariable("ECS_TEST_RABBITMQ_IMAGE") ?? "ecs-events/rabbitmq:debian12";
        // A fixed host port: after a restart of the container the broker is where it was.
        _container = new RabbitMqBuilder(image)
            .WithUsername("ecs").WithPassword(Password)
            .WithPortBinding(Ports.Free(), 5672)
            .Build();
        await _container.StartAsync();
        Uri = new Uri(_container.GetConnectionString());
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null) await _container.DisposeAsync();
    }

    /// <summary>Stops the broker in order; its node stays, and with it what is durable.</summary>
    public Task StopAsync() => ControlAsync("stop_app");

    /// <summary>Starts the broker again.</summary>
    public Task StartAsync() => ControlAsync("start_app");

    /// <summary>Ends the broker between two instructions, as a loss of power does, and starts it again.</summary>
    public async Task CrashAndStartAsync()
    {
        // Not answered, since nobody is left to answer.
        await Container.ExecAsync([.. AsRabbit, "rabbitmqctl", "eval", "erlang:halt(137, [{flush, false}])."]);
        await Container.GetExitCodeAsync();
        await Container.StartAsync();
    }

    /// <summary>Stops the broker's process without ending its connections, as a pulled cable does.</summary>
    public Task FreezeAsync() => Container.PauseAsync();

    /// <summary>Lets the broker's process go on.</summary>
    public Task ThawAsync() => Container.UnpauseAsync();

    private async Task ControlAsync(string command)
    {
        var result = await Container.ExecAsync([.. AsRabbit, "rabbitmqctl", command]);
        Assert.True(result.ExitCode == 0, $"rabbitmqctl {command}: {result.Stdout} {result.Stderr}");
    }
}

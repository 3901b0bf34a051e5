using Testcontainers.RabbitMq;

[assembly: AssemblyFixture(typeof(Ecs.Auditor.Tests.Hosted.Broker))]

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>
/// A real RabbitMQ in a container, or the one that ECS_TEST_RABBITMQ_URI names; it starts with the first test that needs
/// it. Those share the Auditor's one queue: they are all in the collection <see cref="InTurn"/>.
/// </summary>
public sealed class Broker : IAsyncDisposable
{
    public const string InTurn = "broker";

    private readonly Lazy<Task<Uri>> _uri;
    private RabbitMqContainer? _container;

    public Broker() => _uri = new(StartAsync);

    public Task<Uri> UriAsync() => _uri.Value;

    public async ValueTask DisposeAsync()
    {
        if (_container is not null) await _container.DisposeAsync();
    }

    private async Task<Uri> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("ECS_TEST_RABBITMQ_URI") is { } given) return new Uri(given);

        var image = Environment.GetEnvironmentVariable("ECS_TEST_RABBITMQ_IMAGE") ?? "ecs-events/rabbitmq:debian12";
        _container = new RabbitMqBuilder(image).WithUsername("ecs").WithPassword("auditor-tests").Build();
        await _container.StartAsync();
        return new Uri(_container.GetConnectionString());
    }
}

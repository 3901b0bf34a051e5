using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Bus;
using Ecs.Contracts.Bus;
using Microsoft.AspNetCore.Builder;
using RabbitMQ.Client;
using Testcontainers.RabbitMq;

namespace Ecs.Gateway.Tests;

/// <summary>A real RabbitMQ in a container, or the one that ECS_TEST_RABBITMQ_URI names.</summary>
public sealed class GatewayBroker : IAsyncLifetime
{
    private readonly string? _given = Environment.GetEnvironmentVariable("ECS_TEST_RABBITMQ_URI");
    private RabbitMqContainer? _container;

    public string Uri { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Uri = _given ?? await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null) await _container.DisposeAsync();
    }

    private async Task<string> StartAsync()
    {
        _container = new RabbitMqBuilder(
            Environment.GetEnvironmentVariable("ECS_TEST_RABBITMQ_IMAGE") ?? "ecs-events/rabbitmq:debian12").Build();
        await _container.StartAsync();
        return _container.GetConnectionString();
    }
}

/// <summary>Dead letters over HTTP, on a real broker.</summary>
public sealed class DeadLetterTests(GatewayBroker broker) : IClassFixture<GatewayBroker>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Where the letter came from: a queue of this test alone.
    private readonly string _queue = $"gateway-tests-{Guid.NewGuid():N}";
    private readonly WebApplication _gateway =
        GatewayProgram.Build(["--ECS_HTTP=http://127.0.0.1:0", $"--ECS_BUS_URI={broker.Uri}", "--ECS_UNSIGNED_ACCESS=true"]);

    private HttpClient _http = new();
    private IConnection? _connection;

    public async ValueTask InitializeAsync()
    {
        await _gateway.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_gateway.Urls.Single()) };
        await UntilAsync(async () => (await _http.GetAsync("/health/ready")).StatusCode is HttpStatusCode.OK);
        _connection = await new ConnectionFactory { Uri = new Uri(broker.Uri) }.CreateConnectionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _gateway.StopAsync();
        await _gateway.DisposeAsync();
        if (_connection is not null) await _connection.DisposeAsync();
    }

    [Fact]
    public async Task Given_a_dead_letter_when_listed_shown_and_sent_again_then_it_is_back_where_it_was_sent_to()
    {
        await using var channel = await _connection!.CreateChannelAsync();
        await channel.QueueDeclareAsync(_queue, durable: false, exclusive: false, autoDelete: true);
        var id = await SetAsideAsync(channel, "{\"half\": "u8.ToArray());

        var listed = await ListedAsync(id);
        Assert.Equal("cannot be read", (string?)listed["reason"]);
        Assert.Equal(_queue, (string?)listed["queue"]);
        Assert.Equal(9, (int?)listed["bytes"]);
        Assert.Null(listed["body"]);

        var shown = JsonNode.Parse(await _http.GetStringAsync($"/dead-letters/{id}"))!;
        Assert.Equal("{\"half\": ", (string?)shown["body"]);

        using var sent = await _http.PostAsync($"/dead-letters/{id}/resend", null);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        var back = await channel.BasicGetAsync(_queue, autoAck: true);
        Assert.Equal("{\"half\": ", Encoding.UTF8.GetString(back!.Body.Span));

        using var again = await _http.PostAsync($"/dead-letters/{id}/resend", null);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Given_a_body_that_is_no_text_when_shown_then_it_is_base64()
    {
        await using var channel = await _connection!.CreateChannelAsync();
        var id = await SetAsideAsync(channel, [0xff, 0x00]);
        await ListedAsync(id);

        var shown = JsonNode.Parse(await _http.GetStringAsync($"/dead-letters/{id}"))!;

        Assert.Equal("/wA=", (string?)shown["bodyBase64"]);
    }

    [Theory, InlineData("GET", "/dead-letters/none-such"), InlineData("POST", "/dead-letters/none-such/resend")]
    public async Task Given_an_id_that_is_not_there_when_asked_for_then_it_is_404_in_the_shape_of_every_error(
        string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var reply = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        using var error = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
        Assert.Equal("ResourceNotFoundException", error.RootElement.GetProperty("__type").GetString());
    }

    private async Task<string> SetAsideAsync(IChannel channel, byte[] body)
    {
        var id = $"{Guid.NewGuid():N}";
        var properties = new BasicProperties
        {
            Persistent = true,
            Headers = new Dictionary<string, object?>
            {
                [DeadLetterHeaders.Id] = id,
                [DeadLetterHeaders.Reason] = "cannot be read",
                [DeadLetterHeaders.Queue] = _queue,
                [DeadLetterHeaders.Exchange] = "",
                [DeadLetterHeaders.RoutingKey] = _queue,
                [DeadLetterHeaders.Time] = "2026-08-03T10:11:12.0000000+00:00",
            },
        };
        await channel.BasicPublishAsync(Exchanges.DeadLetters, "", mandatory: false, properties, body);
        return id;
    }

    private async Task<JsonNode> ListedAsync(string id)
    {
        JsonNode? found = null;
        await UntilAsync(async () =>
        {
            var list = JsonNode.Parse(await _http.GetStringAsync("/dead-letters"))!["deadLetters"]!.AsArray();
            found = list.FirstOrDefault(letter => (string?)letter!["id"] == id);
            return found is not null;
        });
        return found!;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var time = new CancellationTokenSource(Patience);
        while (!await isSo()) await Task.Delay(100, time.Token);
    }
}

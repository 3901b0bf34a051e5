using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Contracts.Commands;

namespace Ecs.Cli.Endpoint;

/// <summary>
/// Speaks HTTP with the Gateway: ECS's operations, and plain GETs for the log, the history and dead letters.
/// </summary>
internal sealed class EcsEndpoint : IDisposable
{
    /// <summary>
    /// How often an operation is sent when the service fails or does not answer in time. A repeat is safe: the
    /// Gateway's deadline keeps what was given up from being done later, and RunTask carries a token.
    /// </summary>
    public const int Attempts = 3;

    /// <summary>
    /// The operation that ECS gives no token: where its answer was lost, only a person can say whether to ask again.
    /// </summary>
    private const string Unrepeatable = "StartTask";

    /// <summary>Longer than the Gateway itself waits for an answer.</summary>
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan PauseBetweenAttempts = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly Uri _endpoint;

    public EcsEndpoint(Uri endpoint, Caller caller)
    {
        _endpoint = endpoint;
        Caller = caller;
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Who asks, and in which region.</summary>
    public Caller Caller { get; }

    /// <summary>Calls an ECS operation.</summary>
    /// <exception cref="RefusedException">The service refused it.</exception>
    /// <exception cref="NotReachableException">No answer, or one that says that the service failed.</exception>
    public async Task<JsonElement> CallAsync(string operation, JsonObject body, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint);
            request.Headers.Add("X-Amz-Target", "AmazonEC2ContainerServiceV20141113." + operation);
            var bytes = JsonSerializer.SerializeToUtf8Bytes(body);
            Caller.Sign(request, bytes, DateTimeOffset.UtcNow);
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
            var (status, text) = await SendAsync(request, cancel);
            if (status is HttpStatusCode.OK) return Parse(text);

            var failure = Failure(status, text);
            if (failure is RefusedException || attempt == Attempts || operation is Unrepeatable) throw failure;

            await Task.Delay(PauseBetweenAttempts, cancel);
        }
    }

    /// <summary>Asks for a resource that is no ECS operation, such as <c>history</c>.</summary>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancel) =>
        PlainAsync(HttpMethod.Get, path, cancel);

    /// <summary>Asks for a resource as the text that it has for a person.</summary>
    public Task<string> TextAsync(string path, CancellationToken cancel) =>
        PlainTextAsync(HttpMethod.Get, path, "text/plain", cancel);

    /// <summary>Does what a resource that is no ECS operation offers, such as sending a dead letter again.</summary>
    public Task<JsonElement> PostAsync(string path, CancellationToken cancel) =>
        PlainAsync(HttpMethod.Post, path, cancel);

    /// <summary>Reads JSON lines as they come, until the service or the caller ends it.</summary>
    public async IAsyncEnumerable<string> LinesAsync(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var response = await HeadersAsync(new Uri(_endpoint, path), cancel);
        if (response.StatusCode is not HttpStatusCode.OK)
        {
            throw Failure(response.StatusCode, await response.Content.ReadAsStringAsync(cancel));
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        while (await LineAsync(reader, cancel) is { } line) yield return line;
    }

    /// <summary>Opens a WebSocket.</summary>
    public async Task<ClientWebSocket> SocketAsync(string path, CancellationToken cancel)
    {
        var address = new UriBuilder(new Uri(_endpoint, path));
        address.Scheme = address.Scheme is "https" ? "wss" : "ws";
        var socket = new ClientWebSocket();
        using var signed = new HttpRequestMessage(HttpMethod.Get, new Uri(_endpoint, path));
        Caller.Sign(signed, default, DateTimeOffset.UtcNow);
        foreach (var header in signed.Headers)
        {
            socket.Options.SetRequestHeader(header.Key, string.Join(',', header.Value));
        }

        try
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            time.CancelAfter(CallTime);
            await socket.ConnectAsync(address.Uri, time.Token);
            return socket;
        }
        catch (WebSocketException fault)
        {
            socket.Dispose();
            if (fault.InnerException is HttpRequestException unreachable) throw Unreachable(unreachable);

            throw new NotReachableException($"{_endpoint} opened no WebSocket: {fault.Message}", fault);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            socket.Dispose();
            throw new NotReachableException($"{_endpoint} did not answer within {CallTime.TotalSeconds:0} s.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> PlainAsync(HttpMethod method, string path, CancellationToken cancel) =>
        Parse(await PlainTextAsync(method, path, "application/json", cancel));

    private async Task<string> PlainTextAsync(
        HttpMethod method, string path, string accept, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(_endpoint, path));
        request.Headers.Add("Accept", accept);
        Caller.Sign(request, default, DateTimeOffset.UtcNow);
        var (status, text) = await SendAsync(request, cancel);
        return status is HttpStatusCode.OK ? text : throw Failure(status, text);
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(
        HttpRequestMessage request, CancellationToken cancel)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        time.CancelAfter(CallTime);
        try
        {
            using var response = await _http.SendAsync(request, time.Token);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(time.Token));
        }
        catch (HttpRequestException fault)
        {
            throw Unreachable(fault);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new NotReachableException($"{_endpoint} did not answer within {CallTime.TotalSeconds:0} s.");
        }
    }

    private async Task<HttpResponseMessage> HeadersAsync(Uri address, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            Caller.Sign(request, default, DateTimeOffset.UtcNow);
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException fault)
        {
            throw Unreachable(fault);
        }
    }

    private async Task<string?> LineAsync(StreamReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadLineAsync(cancel);
        }
        catch (IOException fault)
        {
            throw new NotReachableException($"{_endpoint} ended its answer early: {fault.Message}", fault);
        }
    }

    private NotReachableException Unreachable(HttpRequestException fault) => new(
        fault.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
            ? $"Nothing answers at {_endpoint}. Is Ecs.Events up? Another address: --endpoint-url or ECS_ENDPOINT_URL."
            : $"{_endpoint} cannot be reached: {fault.Message}",
        fault);

    private Exception Failure(HttpStatusCode status, string text)
    {
        try
        {
            var body = Parse(text);
            var type = body.GetProperty("__type").GetString()!;
            var message = body.GetProperty("message").GetString()!;
            var field = body.TryGetProperty("field", out var name) ? name.GetString() : null;
            return (int)status >= 500 && type is not ErrorTypes.Client
                ? new NotReachableException($"{type}: {message}")
                : new RefusedException(type, message, field);
        }
        catch (Exception foreign)
            when (foreign is KeyNotFoundException or NotReachableException or InvalidOperationException)
        {
            return new NotReachableException(
                $"{_endpoint} answered {(int)status} {status}: is that an Ecs.Events Gateway?");
        }
    }

    private JsonElement Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException malformed)
        {
            throw new NotReachableException(
                $"{_endpoint} answered with something else than JSON: is that an Ecs.Events Gateway?", malformed);
        }
    }
}

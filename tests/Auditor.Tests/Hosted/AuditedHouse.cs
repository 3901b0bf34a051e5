using System.Net;
using System.Text.Json;
using Ecs.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>The Auditor as it is deployed, on a real log that the test writes.</summary>
internal sealed class AuditedHouse : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly WebApplication _auditor;
    private readonly HttpClient _http;

    private AuditedHouse(WebApplication auditor, Writer writer, string connection)
    {
        _auditor = auditor;
        Writer = writer;
        Connection = connection;
        _http = new HttpClient { BaseAddress = new Uri(auditor.Urls.First()), Timeout = Deadline };
    }

    public Writer Writer { get; }

    public string Connection { get; }

    public string Url => _auditor.Urls.First();

    /// <summary>What the Auditor publishes with; only where it has a bus.</summary>
    public IEventPublisher Publisher => _auditor.Services.GetRequiredService<IEventPublisher>();

    public static async Task<AuditedHouse> StartAsync(WrittenLog written, Uri? bus = null)
    {
        var connection = await written.CreateAsync();
        string[] settings = [$"--ECS_LOG_CONNECTION={connection}", "--ECS_HTTP=http://127.0.0.1:0"];
        var auditor = AuditorProgram.Build(bus is null ? settings : [.. settings, $"--ECS_BUS_URI={bus}"]);
        await auditor.StartAsync();
        return new AuditedHouse(auditor, new Writer(connection), connection);
    }

    /// <summary>Asks with headers of one's own.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request);

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await _http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>An answer as it came.</summary>
    public async Task<string> TextAsync(string path, string accept, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", accept);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        return text;
    }

    /// <summary>All lines of an answer that ends by itself.</summary>
    public async Task<List<JsonElement>> LinesAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    public async Task<Follower> FollowAsync(string path)
    {
        var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new Follower(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The lines of server-sent events, to the end that a limit gives them.</summary>
    public async Task<string[]> EventsAsync(
        string path, string? lastEventId, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/event-stream");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var response = await _http.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
        return (await response.Content.ReadAsStringAsync()).Split('\n')[..^1] is { Length: > 0 } lines
            ? lines
            : [await response.Content.ReadAsStringAsync()];
    }

    public Task StopAuditorAsync() => _auditor.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _auditor.DisposeAsync();
        await Writer.DisposeAsync();
    }

    /// <summary>An answer that stays open.</summary>
    internal sealed class Follower(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        /// <summary>The next line; null where the answer ended whole.</summary>
        public async Task<JsonElement?> NextAsync()
        {
            using var deadline = new CancellationTokenSource(Deadline);
            return await reader.ReadLineAsync(deadline.Token) is { } line ? JsonElement.Parse(line) : null;
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecs.Benchmarks.OneTask;

/// <summary>The ECS API as an SDK speaks it: one POST per operation, over one connection that is kept.</summary>
internal sealed class Gateway(Uri endpoint) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = endpoint };

    public async Task<JsonNode> CallAsync(string operation, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.Add("X-Amz-Target", $"AmazonEC2ContainerServiceV20141113.{operation}");
        using var reply = await _http.SendAsync(request);
        var bytes = await reply.Content.ReadAsByteArrayAsync();
        return reply.IsSuccessStatusCode
            ? JsonNode.Parse(bytes)!
            : throw new InvalidOperationException($"{operation}: {(int)reply.StatusCode} {Encoding.UTF8.GetString(bytes)}");
    }

    public void Dispose() => _http.Dispose();
}

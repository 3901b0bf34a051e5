using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecs.EndToEnd.Clients;

/// <summary>The ECS API over plain HTTP, without any SDK's own ideas of retrying.</summary>
internal sealed class EcsApi(string url, string account)
{
    public const string Region = "us-east-1";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public string Url => url;

    /// <summary>Calls an operation and gives its reply.</summary>
    /// <exception cref="EcsError">It was refused, or the house failed.</exception>
    public async Task<JsonNode> CallAsync(string operation, object body)
    {
        var (status, text) = await PostAsync(operation, JsonSerializer.Serialize(body));
        var reply = JsonNode.Parse(text)!;
        return status is HttpStatusCode.OK ? reply : throw new EcsError(status, reply);
    }

    /// <summary>Calls an operation that is to be refused, with any body, and gives the refusal.</summary>
    public async Task<EcsError> RefusedAsync(string operation, string body)
    {
        var (status, text) = await PostAsync(operation, body);
        Assert.True(status is not HttpStatusCode.OK, $"{operation} was to be refused: {text}");
        return new EcsError(status, JsonNode.Parse(text)!);
    }

    /// <summary>Calls an operation that is to be refused.</summary>
    public Task<EcsError> RefusedAsync(string operation, object body) =>
        RefusedAsync(operation, JsonSerializer.Serialize(body));

    /// <summary>Reads one of the Gateway's other resources.</summary>
    public Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri($"{url}/{path}"));

    /// <summary>Begins to read one of the Gateway's other resources, as it comes.</summary>
    public async Task<StreamReader> FollowAsync(string path, CancellationToken ct)
    {
        var answer = await _http.GetAsync(new Uri($"{url}/{path}"), HttpCompletionOption.ResponseHeadersRead, ct);
        return new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(ct));
    }

    private async Task<(HttpStatusCode Status, string Text)> PostAsync(string operation, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Headers.Add("X-Amz-Target", $"AmazonEC2ContainerServiceV20141113.{operation}");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={account}/20260101/{Region}/ecs/aws4_request, "
            + "SignedHeaders=host, Signature=0");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}

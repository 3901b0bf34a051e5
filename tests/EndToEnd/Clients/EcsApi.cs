using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Contracts.Signing;
using Ecs.Gateway.Tests.Model;

namespace Ecs.EndToEnd.Clients;

/// <summary>
/// The ECS API over plain HTTP, without any SDK's own ideas of retrying. With a secret its requests are signed.
/// </summary>
internal sealed class EcsApi(string url, string account, string? secret = null, string region = EcsApi.Region)
{
    public const string Region = "us-east-1";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public string Url => url;

    /// <summary>The same API as of a moment of the past.</summary>
    public EcsApi At(object moment) => new(
        string.Create(CultureInfo.InvariantCulture, $"{url}/at/{moment}"), account, secret, region);

    /// <summary>Calls an operation and gives its reply.</summary>
    /// <exception cref="EcsError">It was refused, or the house failed.</exception>
    public async Task<JsonNode> CallAsync(string operation, object body)
    {
        var (status, text) = await PostAsync(operation, JsonSerializer.Serialize(body));
        var reply = JsonNode.Parse(text)!;
        if (status is not HttpStatusCode.OK) throw new EcsError(status, reply);

        // Whatever a test calls, the reply has ECS's members with ECS's types.
        using var document = JsonDocument.Parse(text);
        Assert.Empty(EcsModel.Wrong(operation, document.RootElement));
        return reply;
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
    public async Task<string> GetAsync(string path)
    {
        var (status, text) = await ReadAsync(path);
        return status is HttpStatusCode.OK ? text : throw new HttpRequestException($"{path}: {(int)status} {text}");
    }

    /// <summary>Reads one of the Gateway's other resources, whatever it answers.</summary>
    public async Task<(HttpStatusCode Status, string Text)> ReadAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{url}/{path}"));
        Sign(request, []);
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Begins to read one of the Gateway's other resources, as it comes.</summary>
    public async Task<StreamReader> FollowAsync(string path, CancellationToken ct)
    {
        var answer = await _http.GetAsync(new Uri($"{url}/{path}"), HttpCompletionOption.ResponseHeadersRead, ct);
        return new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(ct));
    }

    /// <summary>Calls an operation with any body, whatever it answers.</summary>
    public async Task<(HttpStatusCode Status, string Text)> PostAsync(string operation, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Headers.Add("X-Amz-Target", $"AmazonEC2ContainerServiceV20141113.{operation}");
        var bytes = Encoding.UTF8.GetBytes(body);
        Sign(request, bytes);
        request.Content = new ByteArrayContent(bytes);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private void Sign(HttpRequestMessage request, byte[] body)
    {
        var address = request.RequestUri!;
        var time = SignatureV4.Format(DateTimeOffset.UtcNow);
        var scope = new CredentialScope(time[..8], region, "ecs");
        request.Headers.TryAddWithoutValidation(SignatureV4.DateHeader, time);
        List<KeyValuePair<string, string>> signed =
        [
            KeyValuePair.Create("host", address.Authority),
            .. request.Headers.Select(header => KeyValuePair.Create(header.Key, string.Join(',', header.Value))),
        ];
        var signable = new SignableRequest(
            request.Method.Method, address.AbsolutePath, address.Query.TrimStart('?'), signed, body);
        request.Headers.TryAddWithoutValidation(
            "Authorization", SignatureV4.Authorization(account, secret ?? "none", time, scope, signable));
    }
}

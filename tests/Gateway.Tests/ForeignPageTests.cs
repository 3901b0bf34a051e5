using System.Net;

namespace Ecs.Gateway.Tests;

public sealed class ForeignPageTests
{
    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.SwitchingProtocols)]
    public async Task Given_a_web_socket_when_a_page_of_another_site_opens_it_then_it_is_refused(
        string? origin, HttpStatusCode expected)
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/exec/some?container=web&word=ls");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);

        using var answer = await gateway.Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Given_the_gateways_own_page_when_it_opens_a_web_socket_then_it_may()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", gateway.Address.GetLeftPart(UriPartial.Authority));

        var address = new UriBuilder(new Uri(gateway.Address, "/exec/some?container=web")) { Scheme = "ws" }.Uri;
        await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
        var buffer = new byte[1024];
        var read = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);

        Assert.Contains("word must be given", System.Text.Encoding.UTF8.GetString(buffer, 0, read.Count), StringComparison.Ordinal);
    }
}

using System.Net.WebSockets;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Clients;

/// <summary>What <c>ecs exec</c> speaks, without the time that a program takes to start.</summary>
internal static class ExecSocket
{
    /// <summary>Asks for a command in a container; the request is sent when this returns.</summary>
    public static async Task<ClientWebSocket> ConnectAsync(
        EcsStack stack, string task, string container, IEnumerable<string> words, string more, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization",
            $"AWS4-HMAC-SHA256 Credential={stack.Account}/20261125/us-east-1/ecs/aws4_request, SignedHeaders=h, Signature=n");
        var line = string.Concat(words.Select(word => $"&word={Uri.EscapeDataString(word)}"));
        var address = new UriBuilder(new Uri(
            new Uri(stack.Gateway.Url), $"/exec/{Uri.EscapeDataString(task)}?container={container}{more}{line}"))
        {
            Scheme = "ws",
        };
        await socket.ConnectAsync(address.Uri, ct);
        return socket;
    }
}

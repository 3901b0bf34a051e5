using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Contracts.Agents;

namespace Ecs.Cli.Executing;

/// <summary>One command in a container, with the tool's own input and output as its own.</summary>
internal sealed class Execution : IDisposable
{
    private const int BufferBytes = 32 * 1024;
    private const byte Errors = 2;

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Whether standard input is passed on.</summary>
    public required bool IsInteractive { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    public required bool HasTerminal { get; init; }

    /// <summary>The terminal's size; null where there is none.</summary>
    public TerminalSize? Size { get; } = FindSize();

    /// <summary>Passes everything on until the command has ended.</summary>
    /// <returns>The command's exit code.</returns>
    /// <exception cref="NotReachableException">How it ended cannot be learned.</exception>
    public async Task<int> RunAsync(ClientWebSocket socket, CancellationToken cancel)
    {
        using var terminal = HasTerminal && IsInteractive ? Terminal.MakeRaw() : null;
        using var resized = HasTerminal && !OperatingSystem.IsWindows()
            ? PosixSignalRegistration.Create(PosixSignal.SIGWINCH, signal => Resize(socket, cancel))
            : null;
        // Not waited for: a read of standard input cannot be ended, and the process ends with the command.
        if (IsInteractive) _ = Task.Run(() => SpeakAsync(socket, cancel), cancel);
        else await SendAsync(socket, "{\"end\":true}"u8.ToArray(), WebSocketMessageType.Text, cancel);

        return await HearAsync(socket, cancel);
    }

    private static async Task<int> HearAsync(ClientWebSocket socket, CancellationToken cancel)
    {
        await using var output = Console.OpenStandardOutput();
        await using var errors = Console.OpenStandardError();
        var buffer = new byte[BufferBytes];
        var target = output;
        var isFirst = true;
        var text = new MemoryStream();
        try
        {
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
                if (read.MessageType is WebSocketMessageType.Close) break;

                if (read.MessageType is WebSocketMessageType.Text)
                {
                    text.Write(buffer, 0, read.Count);
                    if (!read.EndOfMessage) continue;

                    await CloseAsync(socket);
                    return Ended(text.ToArray());
                }

                if (isFirst && read.Count > 0) target = buffer[0] == Errors ? errors : output;
                await target.WriteAsync(buffer.AsMemory(isFirst ? 1 : 0, read.Count - (isFirst ? 1 : 0)), cancel);
                await target.FlushAsync(cancel);
                isFirst = read.EndOfMessage;
            }
        }
        catch (WebSocketException lost)
        {
            throw new NotReachableException($"The connection was lost: {lost.Message}", lost);
        }

        throw new NotReachableException("The Gateway ended the connection without the command's exit code.");
    }

    // The last message is here; whether the other side hears the farewell changes nothing.
    private static async Task CloseAsync(ClientWebSocket socket)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, time.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException
            or InvalidOperationException)
        {
            // It is closed.
        }
    }

    private static int Ended(byte[] text)
    {
        using var document = JsonDocument.Parse(text);
        if (document.RootElement.TryGetProperty("error", out var error))
        {
            var (type, message) = (error.GetProperty("type").GetString()!, error.GetProperty("message").GetString()!);
            throw type is "AgentUnavailableException"
                ? new NotReachableException($"{type}: {message}")
                : new RefusedException(type, message, null);
        }

        return document.RootElement.TryGetProperty("exitCode", out var code) && code.TryGetInt32(out var number)
            ? number
            : throw new NotReachableException("Docker does not know the command's exit code.");
    }

    private async Task SpeakAsync(ClientWebSocket socket, CancellationToken cancel)
    {
        try
        {
            await using var input = Console.OpenStandardInput();
            var buffer = new byte[BufferBytes];
            int read;
            while ((read = await input.ReadAsync(buffer, cancel)) > 0)
            {
                await SendAsync(socket, buffer.AsMemory(0, read), WebSocketMessageType.Binary, cancel);
            }

            await SendAsync(socket, "{\"end\":true}"u8.ToArray(), WebSocketMessageType.Text, cancel);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException
            or ObjectDisposedException)
        {
            // The command has ended: what was typed is nobody's.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private void Resize(ClientWebSocket socket, CancellationToken cancel) => _ = ResizeAsync(socket, cancel);

    private async Task ResizeAsync(ClientWebSocket socket, CancellationToken cancel)
    {
        if (FindSize() is not { } size) return;

        try
        {
            var text = Encoding.UTF8.GetBytes($"{{\"columns\":{size.Columns},\"rows\":{size.Rows}}}");
            await SendAsync(socket, text, WebSocketMessageType.Text, cancel);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException
            or ObjectDisposedException)
        {
            // The command has ended.
        }
    }

    // A WebSocket takes one message at a time.
    private async Task SendAsync(
        ClientWebSocket socket, ReadOnlyMemory<byte> bytes, WebSocketMessageType type, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await socket.SendAsync(bytes, type, true, cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static TerminalSize? FindSize()
    {
        try
        {
            return !Console.IsOutputRedirected && Console.WindowWidth > 0 && Console.WindowHeight > 0
                ? new TerminalSize(Console.WindowWidth, Console.WindowHeight)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

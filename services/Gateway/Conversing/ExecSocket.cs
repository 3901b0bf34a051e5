using System.Net.WebSockets;
using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Conversing;

/// <summary>
/// One WebSocket of <c>ecs exec</c>. From the client: binary messages are the command's standard input; text messages
/// are <c>{"end":true}</c>, its end, and <c>{"columns":80,"rows":24}</c>. To the client: binary messages are output,
/// their first byte 1 for standard output and 2 for standard error; the last message is text: <c>{"exitCode":0}</c>, or
/// <c>{"error":{"type":…,"message":…}}</c>.
/// </summary>
internal sealed class ExecSocket(WebSocket socket, Conversation conversation)
{
    /// <summary>How long a client may take to read the last message and close its side.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(5);

    private const byte Output = 1;
    private const byte Errors = 2;

    /// <summary>Passes everything on until the command has ended or either end leaves.</summary>
    public async Task PassAsync(CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var hearing = HearAsync(end.Token);
        var telling = TellAsync(end.Token);
        try
        {
            // The client's leaving ends it as well as the command's end does.
            await await Task.WhenAny(hearing, telling);
            // A socket that is ended before its client has read the last message may take that along.
            if (telling.IsCompleted) await Task.WhenAny(hearing, Task.Delay(FarewellTime, end.Token));
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The client has gone: with the conversation's end the Agent kills the command.
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(hearing, telling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Returns only when the client has left: after the end of its input it still reads.
    private async Task HearAsync(CancellationToken cancel)
    {
        var buffer = new byte[Part.MaxBytes];
        while (await socket.ReceiveAsync(buffer.AsMemory(), cancel) is var read
            && read.MessageType is not WebSocketMessageType.Close)
        {
            var bytes = buffer.AsMemory(0, read.Count);
            try
            {
                if (read.MessageType is not WebSocketMessageType.Binary)
                {
                    await ControlAsync(bytes, read.EndOfMessage, cancel);
                }
                else if (read.Count > 0)
                {
                    await conversation.SendAsync(new Part(ConversationKinds.Input, bytes), cancel);
                }
            }
            catch (ConversationLostException)
            {
                // The command has ended, or its Agent is gone: the client is told which, and may go on until then.
            }
        }
    }

    private async Task ControlAsync(ReadOnlyMemory<byte> text, bool isWhole, CancellationToken cancel)
    {
        try
        {
            var control = isWhole ? JsonSerializer.Deserialize<Control>(text.Span, EcsJson.Strict) : null;
            if (control is { End: true })
            {
                await conversation.EndAsync(cancel);
                return;
            }

            if (control is { Columns: >= 1 and <= TerminalSize.Max, Rows: >= 1 and <= TerminalSize.Max })
            {
                var size = new TerminalSize(control.Columns.Value, control.Rows.Value);
                var body = JsonSerializer.SerializeToUtf8Bytes(size, EcsJson.Options);
                await conversation.SendAsync(new Part(ConversationKinds.Resize, body), cancel);
                return;
            }
        }
        catch (JsonException)
        {
            // As wrong as one that says nothing.
        }

        var wrong = "A text message is {\"end\":true} or {\"columns\":C,\"rows\":R}.";
        await FailAsync(new(ErrorTypes.InvalidParameter, wrong), cancel);
        throw new WebSocketException("a text message that says nothing");
    }

    private async Task TellAsync(CancellationToken cancel)
    {
        var message = new byte[1 + Part.MaxBytes];
        try
        {
            while (await conversation.ReadAsync(cancel) is { } part)
            {
                switch (part.Kind)
                {
                    case ConversationKinds.Output or ConversationKinds.Errors:
                        message[0] = part.Kind is ConversationKinds.Errors ? Errors : Output;
                        part.Body.CopyTo(message.AsMemory(1));
                        await socket.SendAsync(
                            message.AsMemory(0, 1 + part.Body.Length), WebSocketMessageType.Binary, true, cancel);
                        break;
                    case ConversationKinds.Exited:
                        await LastAsync(socket, part.Body, cancel);
                        return;
                    case ConversationKinds.Refused:
                        await FailAsync(
                            JsonSerializer.Deserialize<CommandError>(part.Body.Span, EcsJson.Options)!, cancel);
                        return;
                    default:
                        break;
                }
            }

            await FailAsync(new("AgentUnavailableException", "The Agent did not tell how the command ended."), cancel);
        }
        catch (ConversationLostException lost)
        {
            await FailAsync(new("AgentUnavailableException", $"The Agent was lost: {lost.Message}."), cancel);
        }
    }

    /// <summary>Says why nothing was run, as the one message, and waits until the client has it.</summary>
    public static async Task RefuseAsync(WebSocket socket, CommandError error, CancellationToken cancel)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        time.CancelAfter(FarewellTime);
        try
        {
            await FailAsync(socket, error, time.Token);
            var buffer = new byte[Part.MaxBytes];
            while ((await socket.ReceiveAsync(buffer.AsMemory(), time.Token)).MessageType
                is not WebSocketMessageType.Close)
            {
                // What it still says is for a command that was never run.
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // It has gone.
        }
    }

    private static Task FailAsync(WebSocket socket, CommandError error, CancellationToken cancel) => LastAsync(
        socket,
        JsonSerializer.SerializeToUtf8Bytes(
            new { error = new { type = error.Type, message = error.Message } }, EcsJson.Options),
        cancel);

    private Task FailAsync(CommandError error, CancellationToken cancel) => FailAsync(socket, error, cancel);

    private static async Task LastAsync(WebSocket socket, ReadOnlyMemory<byte> text, CancellationToken cancel)
    {
        await socket.SendAsync(text, WebSocketMessageType.Text, true, cancel);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
    }

    private sealed record Control(bool? End, int? Columns, int? Rows);
}

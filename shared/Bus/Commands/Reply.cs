using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>Where an answer goes, and in which form: as the command came, so its answer goes.</summary>
internal sealed record Reply(string Queue, string? CorrelationId, Envelope? Envelope)
{
    internal const string PlainContentType = "application/json";

    internal const string DirectReplyTo = "amq.rabbitmq.reply-to";

    /// <summary>The first byte of an Erlang term, here of the process that waits for the answer.</summary>
    private const byte ErlangTerm = 131;

    /// <summary>Null where nobody asked for an answer.</summary>
    internal static Reply? To(IReadOnlyBasicProperties properties, Envelope? envelope)
    {
        var queue = properties.ReplyTo is { Length: > 0 } replyTo ? replyTo : envelope?.ResponseQueue();
        return queue is null ? null : new Reply(queue, properties.CorrelationId, envelope);
    }

    /// <summary>
    /// False for a name that looks like a direct reply-to and was not made by a broker. RabbitMQ breaks the whole
    /// connection of whoever publishes to such a name, so one wrong sender would stop a service.
    /// </summary>
    internal bool IsReachable
    {
        get
        {
            if (!Queue.StartsWith(DirectReplyTo, StringComparison.Ordinal)) return true;

            var parts = Queue[DirectReplyTo.Length..].Split('.');
            return parts is ["", var process, var key]
                && Convert.TryFromBase64String(process, new byte[process.Length], out var length)
                && length > 1
                && Convert.FromBase64String(process)[0] is ErlangTerm
                && Convert.TryFromBase64String(key, new byte[key.Length], out _);
        }
    }

    /// <summary>
    /// The answer to one's own queue, past every exchange: a queue that has gone drops it and fails nothing.
    /// </summary>
    internal Outgoing With(Answer answer)
    {
        var properties = new BasicProperties
        {
            MessageId = Guid.NewGuid().ToString(),
            CorrelationId = CorrelationId,
            ContentType = Envelope is null ? PlainContentType : Envelope.ContentType,
            Type = "answer",
        };
        var body = Envelope is null
            ? JsonSerializer.SerializeToUtf8Bytes(answer, EcsJson.Options)
            : Wrap(answer, properties.MessageId, Envelope);
        return new Outgoing("", Queue, properties, body);
    }

    private static byte[] Wrap(Answer answer, string messageId, Envelope asked) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new Envelope
            {
                MessageId = messageId,
                RequestId = asked.RequestId,
                CorrelationId = asked.CorrelationId,
                ConversationId = asked.ConversationId,
                SourceAddress = asked.DestinationAddress,
                DestinationAddress = asked.ResponseAddress,
                MessageType = ["urn:message:Ecs.Contracts.Commands:Answer"],
                Message = JsonSerializer.SerializeToElement(answer, EcsJson.Options),
                SentTime = DateTimeOffset.UtcNow,
            },
            EcsJson.Options);
}

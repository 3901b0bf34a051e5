using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>Where an answer goes, and in which form: as the command came, so its answer goes.</summary>
internal sealed record Reply(string Queue, string? CorrelationId, Envelope? Envelope)
{
    internal const string PlainContentType = "application/json";

    /// <summary>Null where nobody asked for an answer.</summary>
    internal static Reply? To(Delivery delivery, Envelope? envelope)
    {
        var properties = delivery.Properties;
        var queue = properties.ReplyTo is { Length: > 0 } replyTo ? replyTo : envelope?.ResponseQueue();
        return queue is null ? null : new Reply(queue, properties.CorrelationId, envelope);
    }

    /// <summary>The answer to one's own queue, past every exchange: a queue that has gone drops it and fails nothing.</summary>
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

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>
/// Reads a dead letter, whether a program of the house set it aside (<see cref="DeadLetterHeaders"/>) or the broker
/// did, which tells of it in <c>x-death</c>.
/// </summary>
internal static class DeadLetterReading
{
    private static readonly string[] BrokersOwn =
    [
        "x-death", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason", "x-last-death-exchange",
        "x-last-death-queue", "x-last-death-reason", "x-delivery-count", "x-acquired-count",
    ];

    internal static DeadLetter Read(IReadOnlyBasicProperties properties, string routingKey, ReadOnlyMemory<byte> body)
    {
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        var letter = headers.ContainsKey(DeadLetterHeaders.Reason)
            ? FromHouse(headers)
            : FromBroker(headers, routingKey);
        letter = letter with
        {
            MessageId = properties.MessageId,
            ContentType = properties.ContentType,
            Body = body.ToArray(),
        };
        return letter.Id is "" ? letter with { Id = Digest(letter) } : letter;
    }

    /// <summary>The properties as they were before the message was set aside.</summary>
    internal static BasicProperties Restore(IReadOnlyBasicProperties properties) => new(properties)
    {
        Headers = properties.Headers?
            .Where(header => !DeadLetterHeaders.All.Contains(header.Key) && !BrokersOwn.Contains(header.Key))
            .ToDictionary(),
    };

    private static DeadLetter FromHouse(IDictionary<string, object?> headers) => new(
        Text(headers, DeadLetterHeaders.Id),
        Text(headers, DeadLetterHeaders.Reason),
        Text(headers, DeadLetterHeaders.Queue),
        Text(headers, DeadLetterHeaders.Exchange),
        Text(headers, DeadLetterHeaders.RoutingKey),
        DateTimeOffset.TryParse(
            Text(headers, DeadLetterHeaders.Time), CultureInfo.InvariantCulture, out var time) ? time : null,
        null,
        null,
        default);

    private static DeadLetter FromBroker(IDictionary<string, object?> headers, string routingKey)
    {
        if (headers.TryGetValue("x-death", out var value)
            && value is IList<object> { Count: > 0 } deaths
            && deaths[0] is IDictionary<string, object?> death)
        {
            var reason = Text(death, "reason") is "delivery_limit"
                ? $"delivered more than {Topology.DeliveryLimit} times and never answered: it may kill its reader"
                : $"the broker set it aside: {Text(death, "reason")}";
            DateTimeOffset? time = death.TryGetValue("time", out var at) && at is AmqpTimestamp stamp
                ? DateTimeOffset.FromUnixTimeSeconds(stamp.UnixTime)
                : null;
            return new(
                "", reason, Text(death, "queue"), Text(death, "exchange"), routingKey, time, null, null, default);
        }

        return new("", "sent here by somebody who gave no reason", "", "", routingKey, null, null, null, default);
    }

    private static string Text(IDictionary<string, object?> table, string key) =>
        table.TryGetValue(key, out var value)
            ? value switch
            {
                byte[] bytes => Encoding.UTF8.GetString(bytes),
                string text => text,
                _ => "",
            }
            : "";

    /// <summary>The broker names no dead letter, so its content does.</summary>
    private static string Digest(DeadLetter letter)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var way = $"{letter.MessageId}|{letter.Queue}|{letter.Exchange}|{letter.Time:O}|";
        hash.AppendData(Encoding.UTF8.GetBytes(way));
        hash.AppendData(letter.Body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}

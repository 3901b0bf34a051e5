using System.Text;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>
/// Signatures of messages, which travel in headers: a reader of an older version passes over them, and a newer sender
/// may add members to the body that an older reader knows nothing of.
/// </summary>
internal static class Signatures
{
    /// <summary>The longest header that is looked at, in bytes: a key on P-256 has 124, a signature 88.</summary>
    private const int MaxHeader = 256;

    /// <summary>Puts key and signature into the properties.</summary>
    internal static void Add(BasicProperties properties, SigningKey key, string exchange, ReadOnlySpan<byte> body)
    {
        properties.Headers ??= new Dictionary<string, object?>();
        properties.Headers[SignatureHeaders.Key] = key.PublicKey;
        properties.Headers[SignatureHeaders.Signature] = key.Sign(exchange, body);
    }

    /// <summary>The reading with the fingerprint of who signed it; refused where a signature is not its own.</summary>
    internal static Reading Check(Reading reading, Delivery delivery)
    {
        if (reading.Command is not AgentCommand command) return reading;

        if (command.SignedBy is not null)
        {
            return Refuse(reading, CommandError.Wrong("signedBy", "must not be given: the signature tells it"));
        }

        return TryRead(delivery, out var signedBy)
            ? reading with { Command = command with { SignedBy = signedBy } }
            : Refuse(reading, CommandError.Wrong(
                SignatureHeaders.Signature, $"must be the body's, by the key in {SignatureHeaders.Key}"));
    }

    /// <summary>Whether a message is unsigned or signed well; if well, by which key.</summary>
    internal static bool TryRead(Delivery delivery, out string? signedBy)
    {
        signedBy = null;
        var headers = delivery.Properties.Headers;
        if (headers is null
            || (!headers.ContainsKey(SignatureHeaders.Key) && !headers.ContainsKey(SignatureHeaders.Signature)))
        {
            return true;
        }

        if (Text(headers, SignatureHeaders.Key) is not { } key
            || Text(headers, SignatureHeaders.Signature) is not { } signature)
        {
            return false;
        }

        signedBy = SigningKey.Verify(key, signature, delivery.Exchange, delivery.Body.Span);
        return signedBy is not null;
    }

    private static Reading Refuse(Reading reading, CommandError error) =>
        reading with { Command = null, Error = error };

    private static string? Text(IDictionary<string, object?> headers, string name) =>
        headers.TryGetValue(name, out var value) && value is byte[] { Length: <= MaxHeader } bytes
            ? Encoding.UTF8.GetString(bytes)
            : null;
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;

namespace Ecs.Bus;

/// <summary>What was read from a delivery: a command, or the error that says why there is none.</summary>
internal sealed record Reading
{
    internal Command? Command { get; init; }

    internal CommandError? Error { get; init; }

    /// <summary>The command's id; also of an unreadable one, where its sender gave any.</summary>
    internal string? CommandId { get; init; }

    /// <summary>The MassTransit envelope that it came in; null for plain JSON.</summary>
    internal Envelope? Envelope { get; init; }

    /// <summary>False where the message came by no exchange of a command, so that nobody can say what it is.</summary>
    internal bool IsKnownExchange { get; init; } = true;
}

/// <summary>
/// Reads commands strictly: any bytes give a command or an error that says what is wrong, never an exception. The type
/// follows from the exchange's name; what the body says of itself is never believed.
/// </summary>
internal static class CommandReading
{
    /// <summary>The largest body of a command, in bytes.</summary>
    internal const int MaxBodyBytes = 1024 * 1024;

    private static readonly string Prefix = Exchanges.Command("");

    private static readonly JsonDocumentOptions Outer = new()
    {
        MaxDepth = EcsJson.MaxDepth + 1,
        AllowDuplicateProperties = false,
    };

    private static readonly JsonSerializerOptions InEnvelope = CreateInEnvelope();

    internal static Reading Read(string exchange, string? messageId, string? contentType, ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBodyBytes)
        {
            return Refuse(messageId, JsonErrors.Invalid($"the body has {body.Length} bytes, at most {MaxBodyBytes}"));
        }

        return Envelope.Is(contentType)
            ? ReadEnvelope(exchange, body)
            : Read(exchange, messageId, type => JsonSerializer.Deserialize(body.Span, type, EcsJson.Strict), body);
    }

    private static Reading ReadEnvelope(string exchange, ReadOnlyMemory<byte> body)
    {
        Envelope envelope;
        try
        {
            using var document = JsonDocument.Parse(body, Outer);
            envelope = document.RootElement.Deserialize<Envelope>(EcsJson.Options) ?? new Envelope();
            envelope = envelope with { Message = envelope.Message.ValueKind is JsonValueKind.Undefined
                ? default : envelope.Message.Clone() };
        }
        catch (JsonException e)
        {
            return Refuse(null, JsonErrors.Describe(e));
        }

        if (envelope.Message.ValueKind is not JsonValueKind.Object)
        {
            return Refuse(null, JsonErrors.Invalid("missing member 'message'", "message")) with { Envelope = envelope };
        }

        // MassTransit gives every message a GUID: the command's own id is the one in its body, where there is one.
        var ownId = IdIn(envelope.Message) is null ? envelope.MessageId : null;
        var reading = Read(exchange, ownId, type => envelope.Message.Deserialize(type, InEnvelope), default);
        return reading with { Envelope = envelope, CommandId = reading.CommandId ?? IdIn(envelope.Message) };
    }

    private static Reading Read(
        string exchange, string? messageId, Func<Type, object?> read, ReadOnlyMemory<byte> body)
    {
        if (!exchange.StartsWith(Prefix, StringComparison.Ordinal))
        {
            var message = exchange is ""
                ? "sent to the queue itself, not to an exchange"
                : $"'{exchange}' is no command's exchange";
            var error = new CommandError(ErrorTypes.UnknownOperation, message);
            return Refuse(messageId, error) with { IsKnownExchange = false };
        }

        if (CommandTypes.Find(exchange[Prefix.Length..]) is not { IsInternal: false } type)
        {
            var error = new CommandError(ErrorTypes.UnknownOperation, $"unknown command '{exchange[Prefix.Length..]}'");
            return Refuse(messageId, error) with { IsKnownExchange = false };
        }

        try
        {
            return read(type.Type) is Command command
                ? Identify(command, messageId)
                : Refuse(messageId, JsonErrors.Serialization("the body is null, not an object"));
        }
        catch (JsonException e)
        {
            return Refuse(messageId ?? IdIn(body), JsonErrors.Describe(e));
        }
    }

    private static Reading Identify(Command command, string? messageId)
    {
        if (messageId is "") messageId = null;
        if (command.CommandId is { } own && messageId is not null && own != messageId)
        {
            return Refuse(own, JsonErrors.Invalid("commandId and message_id differ", "commandId"));
        }

        return (command.CommandId ?? messageId) switch
        {
            null => Refuse(null, JsonErrors.Invalid(
                "a command needs an id, in message_id or commandId: else a repeat could not be told", "commandId")),
            { Length: 0 or > Command.MaxIdLength } wrong => Refuse(
                wrong[..Math.Min(wrong.Length, Command.MaxIdLength)],
                JsonErrors.Invalid($"an id has 1 to {Command.MaxIdLength} characters", "commandId")),
            { } id => new Reading { Command = command with { CommandId = id }, CommandId = id },
        };
    }

    private static Reading Refuse(string? id, CommandError error) => new() { CommandId = id, Error = error };

    private static string? IdIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Outer);
            return IdIn(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? IdIn(JsonElement message) =>
        message.ValueKind is JsonValueKind.Object
        && message.TryGetProperty("commandId", out var id)
        && id.ValueKind is JsonValueKind.String
        && id.GetString() is { Length: > 0 and <= Command.MaxIdLength } text
            ? text
            : null;

    /// <summary>MassTransit writes enums as numbers; all else is as strict as plain JSON.</summary>
    private static JsonSerializerOptions CreateInEnvelope()
    {
        var options = new JsonSerializerOptions(EcsJson.Strict);
        options.Converters.Clear();
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: true));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

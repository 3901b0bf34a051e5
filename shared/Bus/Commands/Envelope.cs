using System.Text.Json;

namespace Ecs.Bus;

/// <summary>
/// MassTransit's envelope around a message, as its request client writes it; only what matters for reading a command
/// and answering it.
/// </summary>
internal sealed record Envelope
{
    /// <summary>The content type that says so.</summary>
    internal const string ContentType = "application/vnd.masstransit+json";

    public string? MessageId { get; init; }

    public string? RequestId { get; init; }

    public string? CorrelationId { get; init; }

    public string? ConversationId { get; init; }

    public string? SourceAddress { get; init; }

    public string? DestinationAddress { get; init; }

    public string? ResponseAddress { get; init; }

    public IReadOnlyList<string>? MessageType { get; init; }

    public JsonElement Message { get; init; }

    public DateTimeOffset? SentTime { get; init; }

    internal static bool Is(string? contentType) =>
        contentType is not null && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The queue behind the response address. An endpoint of MassTransit has an exchange and a queue of one name;
    /// sending to the queue itself fails nothing when the asker has gone.
    /// </summary>
    internal string? ResponseQueue()
    {
        if (!Uri.TryCreate(ResponseAddress, UriKind.Absolute, out var address)) return null;

        var path = address.AbsolutePath.TrimEnd('/');
        var name = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
        return name is "" ? null : name;
    }
}

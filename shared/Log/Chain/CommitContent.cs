using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ecs.Log;

/// <summary>What the chain says of one event: all of its row but Marten's own columns.</summary>
internal readonly record struct ChainedEvent(
    long Position,
    Guid Id,
    string Stream,
    long Version,
    string Name,
    string? Causation,
    string? Correlation,
    string? Actor,
    string Data)
{
    /// <summary>The event as whoever reads it from the log has it.</summary>
    public RawEvent ToRaw(DateTimeOffset logTime) => new(
        Position, Id, Stream, Version, Name, logTime, Causation, Correlation, Actor, JsonElement.Parse(Data))
    {
        IsCanonical = true,
    };
}

/// <summary>What the chain says of one command: all of its row but its place, which is its order here.</summary>
internal readonly record struct ChainedCommand(
    CommandKey Key,
    string Name,
    bool IsRoutine,
    string Body,
    string Digest,
    string? Resolved,
    DateTimeOffset ReceivedAt,
    string DeciderVersion,
    string Answer,
    long? FirstPosition,
    long? LastPosition);

/// <summary>
/// The content of a commit in canonical form, and its hash: SHA-256 over the 64 characters of the previous hash and the
/// UTF-8 of the form. So anyone can check it with a JSON tool and <c>sha256sum</c>. Times are whole microseconds since
/// 1970, which is all that PostgreSQL keeps; members that are null are left out; strings named <c>Data</c>,
/// <c>Body</c>, <c>Resolved</c> and <c>Answer</c> stand in it as the JSON that they are and must be canonical already.
/// </summary>
internal static class CommitContent
{
    private static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static string Hash(
        string previous,
        long number,
        DateTimeOffset logTime,
        IReadOnlyList<ChainedEvent> events,
        IReadOnlyList<ChainedCommand> commands)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.ASCII.GetBytes(previous));
        sha.AppendData(Bytes(number, logTime, events, commands));
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    public static ReadOnlySpan<byte> Bytes(
        long number,
        DateTimeOffset logTime,
        IReadOnlyList<ChainedEvent> events,
        IReadOnlyList<ChainedCommand> commands)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("commands");
            foreach (var command in commands) Write(writer, command);
            writer.WriteEndArray();
            writer.WriteStartArray("events");
            foreach (var e in events) Write(writer, e);
            writer.WriteEndArray();
            writer.WriteNumber("logTime", Microseconds(logTime));
            writer.WriteNumber("number", number);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    /// <summary>Whole microseconds since 1970.</summary>
    public static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    // Members stand in ordinal order, as CanonicalJson writes them.
    private static void Write(Utf8JsonWriter writer, in ChainedEvent e)
    {
        writer.WriteStartObject();
        WriteText(writer, "actor", e.Actor);
        WriteText(writer, "causation", e.Causation);
        WriteText(writer, "correlation", e.Correlation);
        WriteJson(writer, "data", e.Data);
        writer.WriteString("id", e.Id.ToString("D", CultureInfo.InvariantCulture));
        writer.WriteString("name", e.Name);
        writer.WriteNumber("position", e.Position);
        writer.WriteString("stream", e.Stream);
        writer.WriteNumber("version", e.Version);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, in ChainedCommand command)
    {
        writer.WriteStartObject();
        writer.WriteString("account", command.Key.Account);
        WriteJson(writer, "answer", command.Answer);
        WriteJson(writer, "body", command.Body);
        writer.WriteString("commandId", command.Key.CommandId);
        writer.WriteString("deciderVersion", command.DeciderVersion);
        writer.WriteString("digest", command.Digest);
        if (command.FirstPosition is { } first) writer.WriteNumber("firstPosition", first);
        if (command.LastPosition is { } last) writer.WriteNumber("lastPosition", last);
        writer.WriteString("name", command.Name);
        writer.WriteNumber("receivedAt", Microseconds(command.ReceivedAt));
        writer.WriteString("region", command.Key.Region);
        WriteJson(writer, "resolved", command.Resolved);
        writer.WriteBoolean("routine", command.IsRoutine);
        writer.WriteString("service", command.Key.Service);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }

    private static void WriteJson(Utf8JsonWriter writer, string name, string? json)
    {
        if (json is null) return;
        writer.WritePropertyName(name);
        writer.WriteRawValue(json, skipInputValidation: true);
    }
}

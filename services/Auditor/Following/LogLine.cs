using System.Buffers;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Log;

namespace Ecs.Auditor.Following;

/// <summary>One event as one line of JSON, its data as it is stored.</summary>
internal static class LogLine
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = EcsJson.Options.Encoder };

    public static void Write(IBufferWriter<byte> output, RawEvent e)
    {
        using (var writer = new Utf8JsonWriter(output, Writing))
        {
            writer.WriteStartObject();
            writer.WriteNumber("position", e.Position);
            writer.WriteString("id", e.Id);
            writer.WriteString("logTime", e.LogTime.UtcDateTime);
            writer.WriteString("stream", e.Stream);
            writer.WriteNumber("version", e.Version);
            writer.WriteString("event", e.Name);
            WriteText(writer, "causation", e.Causation);
            WriteText(writer, "correlation", e.Correlation);
            WriteText(writer, "actor", e.Actor);
            writer.WritePropertyName("data");
            e.Data.WriteTo(writer);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteText(Utf8JsonWriter writer, string member, string? text)
    {
        if (text is not null) writer.WriteString(member, text);
    }
}

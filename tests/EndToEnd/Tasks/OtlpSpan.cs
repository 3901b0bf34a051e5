using System.Globalization;
using System.Text.Json;

namespace Ecs.EndToEnd.Tasks;

/// <summary>
/// A span as a program wrote it, read by OTLP's own rules for JSON: ids in hexadecimal, an enumeration as its number, 64 bits
/// as decimal text. A line that is otherwise fails.
/// </summary>
internal sealed record OtlpSpan(
    string Service, string Trace, string Id, string Parent, string Name, int Kind, long Begin, long End, IReadOnlyList<string> Tasks)
{
    /// <summary>SPAN_KIND_CONSUMER.</summary>
    public const int Consumer = 5;

    private static readonly string[] Members =
        ["traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes"];

    /// <summary>What it is, as the tool says it.</summary>
    public string Step => $"{Service} {Name}";

    /// <summary>Every span of a folder's files but those of a last line that is not whole yet.</summary>
    public static async Task<IReadOnlyList<OtlpSpan>> ReadAsync(string folder)
    {
        var spans = new List<OtlpSpan>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.jsonl"))
        {
            // The program still writes to it.
            using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var lines = (await file.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');
            spans.AddRange(lines.SkipLast(1).SelectMany(Line));
        }

        return spans;
    }

    private static IEnumerable<OtlpSpan> Line(string line)
    {
        var whole = JsonElement.Parse(line);
        Assert.Equal(["resourceSpans"], whole.EnumerateObject().Select(member => member.Name));
        foreach (var resource in whole.GetProperty("resourceSpans").EnumerateArray())
        {
            var service = Assert.Single(Attributes(resource.GetProperty("resource")), attribute => attribute.Key == "service.name").Value;
            foreach (var scope in resource.GetProperty("scopeSpans").EnumerateArray())
            {
                Assert.Equal("Ecs.Events", scope.GetProperty("scope").GetProperty("name").GetString());
                foreach (var span in scope.GetProperty("spans").EnumerateArray()) yield return Read(service, span);
            }
        }
    }

    private static OtlpSpan Read(string service, JsonElement span)
    {
        Assert.Equal(Members, span.EnumerateObject().Select(member => member.Name));
        var read = new OtlpSpan(
            service,
            Hexadecimal("traceId", 32),
            Hexadecimal("spanId", 16),
            span.GetProperty("parentSpanId").GetString() is "" ? "" : Hexadecimal("parentSpanId", 16),
            span.GetProperty("name").GetString()!,
            span.GetProperty("kind").GetInt32(),
            Nanoseconds("startTimeUnixNano"),
            Nanoseconds("endTimeUnixNano"),
            [.. Attributes(span).Where(attribute => attribute.Key == "ecs.task").SelectMany(attribute => attribute.Value.Split(' '))]);
        Assert.InRange(read.Kind, 1, Consumer);
        Assert.InRange(read.End, read.Begin, long.MaxValue);
        return read;

        string Hexadecimal(string member, int digits)
        {
            var id = span.GetProperty(member).GetString()!;
            Assert.Matches($"^(?!0+$)[0-9a-f]{{{digits}}}$", id);
            return id;
        }

        long Nanoseconds(string member) =>
            long.Parse(span.GetProperty(member).GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static IEnumerable<(string Key, string Value)> Attributes(JsonElement of)
    {
        foreach (var attribute in of.GetProperty("attributes").EnumerateArray())
        {
            Assert.Equal(["key", "value"], attribute.EnumerateObject().Select(member => member.Name));
            var value = Assert.Single(attribute.GetProperty("value").EnumerateObject());
            Assert.Equal("stringValue", value.Name);
            yield return (attribute.GetProperty("key").GetString()!, value.Value.GetString()!);
        }
    }
}

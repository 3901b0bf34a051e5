using System.Globalization;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Contracts.Tracing;

namespace Ecs.Cli.Tracing;

/// <summary>Reads the spans of several programs' files: lines of OTLP JSON.</summary>
internal static class TraceReading
{
    /// <summary>The largest file that is read, in bytes: a trace is of minutes, not of days.</summary>
    private const long MaxBytes = 512L * 1024 * 1024;

    /// <summary>Every span of the files, and of every <c>.jsonl</c> file in the folders.</summary>
    /// <exception cref="UsageException">A path is not there, too large, or no trace.</exception>
    public static IEnumerable<TraceSpan> Read(IEnumerable<string> paths) =>
        paths.SelectMany(Files).SelectMany(ReadFile);

    /// <summary>
    /// The spans that a task's way is made of, in the order of their beginnings: those that are about it, and those of
    /// the same traces, where they are about no other task alone.
    /// </summary>
    /// <param name="spans">All that there are.</param>
    /// <param name="task">The task's id, its first characters, or its ARN.</param>
    public static IReadOnlyList<TraceSpan> Of(IReadOnlyCollection<TraceSpan> spans, string task)
    {
        var traces = spans.Where(IsAbout).Select(span => span.Trace).ToHashSet(StringComparer.Ordinal);
        return [.. spans
            .Where(span => traces.Contains(span.Trace) && (span.Tasks.Count == 0 || IsAbout(span)))
            .OrderBy(span => span.Begin).ThenByDescending(span => span.Length)];

        bool IsAbout(TraceSpan span) => span.Tasks.Any(arn => arn == task
            || arn[(arn.LastIndexOf('/') + 1)..].StartsWith(task, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Files(string path)
    {
        if (Directory.Exists(path)) return Directory.EnumerateFiles(path, "*.jsonl").Order(StringComparer.Ordinal);
        if (!File.Exists(path)) throw new UsageException($"There is no file or folder '{path}'.");
        return new FileInfo(path).Length <= MaxBytes
            ? [path]
            : throw new UsageException($"'{path}' has more than {MaxBytes / 1024 / 1024} MiB.");
    }

    private static IEnumerable<TraceSpan> ReadFile(string path)
    {
        // The program may still write to it.
        using var file = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        for (var number = 1; file.ReadLine() is { } line; number++)
        {
            foreach (var span in ReadLine(line, path, number, isLast: file.EndOfStream)) yield return span;
        }
    }

    private static List<TraceSpan> ReadLine(string line, string path, int number, bool isLast)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return
            [
                .. from resource in document.RootElement.GetProperty("resourceSpans").EnumerateArray()
                   let service = Attributes(resource.GetProperty("resource"), "service.name").FirstOrDefault() ?? "?"
                   from scope in resource.GetProperty("scopeSpans").EnumerateArray()
                   from span in scope.GetProperty("spans").EnumerateArray()
                   select Read(service, span),
            ];
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            // The last line may be half written, by a program that runs or one that was killed.
            return isLast ? [] : throw new UsageException($"{path}, line {number}: no OTLP JSON: {wrong.Message}");
        }
    }

    private static TraceSpan Read(string service, JsonElement span) => new(
        service,
        span.GetProperty("traceId").GetString() ?? "",
        span.GetProperty("name").GetString() ?? "",
        long.Parse(span.GetProperty("startTimeUnixNano").GetString()!, CultureInfo.InvariantCulture),
        long.Parse(span.GetProperty("endTimeUnixNano").GetString()!, CultureInfo.InvariantCulture),
        [.. Attributes(span, Spans.Tasks).SelectMany(text => text.Split(' '))]);

    private static IEnumerable<string> Attributes(JsonElement of, string key) =>
        of.TryGetProperty("attributes", out var attributes)
            ? attributes.EnumerateArray()
                .Where(attribute => attribute.GetProperty("key").GetString() == key)
                .Select(attribute => attribute.GetProperty("value").GetProperty("stringValue").GetString() ?? "")
            : [];
}

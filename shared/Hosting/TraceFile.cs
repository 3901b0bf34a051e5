using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Ecs.Contracts.Tracing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecs.Hosting;

/// <summary>
/// Keeps the program's spans in a file, in OpenTelemetry's own file format: lines of OTLP JSON, which <c>ecs trace</c>
/// and the collector's file receiver read. Nothing waits for it: what it cannot write in time is left out.
/// </summary>
internal sealed class TraceFile : BackgroundService
{
    /// <summary>The most spans that wait to be written.</summary>
    private const int MaxWaiting = 10_000;

    /// <summary>The most spans in one line.</summary>
    private const int MaxInLine = 500;

    private readonly Channel<Activity> _ended = Channel.CreateBounded<Activity>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private readonly ActivityListener _listener;
    private readonly string _path;
    private readonly string _service;
    private readonly ILogger _log;

    /// <param name="path">The file; with a slash at its end a folder, for a file of this process alone.</param>
    /// <param name="service">The program's name.</param>
    /// <param name="log">Where it is said that the disk does not take them.</param>
    public TraceFile(string path, string service, ILogger<TraceFile> log)
    {
        _path = path.EndsWith(Path.DirectorySeparatorChar)
            ? Path.Combine(path, $"{service}-{Environment.ProcessId}.jsonl")
            : path;
        _service = service;
        _log = log;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Spans.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) =>
                ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => _ended.Writer.TryWrite(span),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _ended.Writer.TryComplete();
        if (ExecuteTask is { } writing) await writing.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WriteAsync();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A full disk costs the spans, and not the program that they tell of.
            _ended.Writer.TryComplete();
            _log.LogError("Spans are kept no more, until the next start: {Path}: {Text}", _path, fault.Message);
        }
    }

    private async Task WriteAsync()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(_path)) is { } folder) Directory.CreateDirectory(folder);
        await using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
        while (await _ended.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var spans = new List<Activity>();
            while (spans.Count < MaxInLine && _ended.Reader.TryRead(out var span)) spans.Add(span);
            await JsonSerializer.SerializeAsync(file, Line(spans), cancellationToken: CancellationToken.None);
            await file.WriteAsync("\n"u8.ToArray(), CancellationToken.None);
            await file.FlushAsync(CancellationToken.None);
        }
    }

    private object Line(IEnumerable<Activity> spans) => new
    {
        resourceSpans = new[]
        {
            new
            {
                resource = new { attributes = new[] { Attribute("service.name", _service) } },
                scopeSpans = new[]
                {
                    new { scope = new { name = Spans.SourceName }, spans = spans.Select(Span).ToArray() },
                },
            },
        },
    };

    private static object Span(Activity span) => new
    {
        traceId = span.TraceId.ToHexString(),
        spanId = span.SpanId.ToHexString(),
        parentSpanId = span.ParentSpanId == default ? "" : span.ParentSpanId.ToHexString(),
        name = span.DisplayName,
        kind = (int)span.Kind + 1,
        startTimeUnixNano = Nanoseconds(span.StartTimeUtc),
        endTimeUnixNano = Nanoseconds(span.StartTimeUtc + span.Duration),
        attributes = span.TagObjects.Select(tag => Attribute(tag.Key, $"{tag.Value}")).ToArray(),
    };

    private static object Attribute(string key, string text) => new { key, value = new { stringValue = text } };

    // A number of 64 bits, which OTLP writes as text.
    private static string Nanoseconds(DateTime time) =>
        ((time - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick)
        .ToString(System.Globalization.CultureInfo.InvariantCulture);
}

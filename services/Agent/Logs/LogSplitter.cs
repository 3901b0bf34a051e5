using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Ecs.Bus;
using Ecs.Contracts.Agents;

namespace Ecs.Agent.Logs;

/// <summary>
/// Splits what Docker gives of one container's one stream into lines. Docker is asked for times, and puts one before
/// each line, and before each piece of a line that was too long for it.
/// </summary>
/// <param name="container">The container's name in the definition.</param>
/// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="take">Takes each line as JSON, without a line feed.</param>
internal sealed class LogSplitter(string container, string stream, Func<ReadOnlyMemory<byte>, ValueTask> take)
{
    // 2026-11-25T16:00:00.123456789Z and a blank: Docker always writes nine digits.
    private const int StampBytes = 30;
    private const int StampAndBlank = StampBytes + 1;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _pending = new(LogLine.MaxBytes + StampAndBlank);
    private bool _atStart = true;
    private bool _mayBeStamped;

    /// <summary>The time of the last line that was taken; null before the first.</summary>
    public string? LastTime { get; private set; }

    /// <summary>Takes bytes as one reading gave them.</summary>
    public async ValueTask TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        // A reading often begins with a piece of Docker's own; what is left of the one before it was cut by Docker.
        if (!_atStart && !_mayBeStamped && _pending.WrittenCount > 0 && IsStamped(bytes.Span))
        {
            await SayAsync(_pending.WrittenMemory, isPartial: true);
            _pending.ResetWrittenCount();
            _atStart = true;
        }

        _pending.Write(bytes.Span);
        var used = 0;
        while (await TakeOneAsync(_pending.WrittenMemory[used..]) is var length and > 0) used += length;

        Keep(used);
    }

    /// <summary>There is no more: what is left is a line.</summary>
    public async ValueTask FinishAsync()
    {
        if (_pending.WrittenCount > 0) await SayAsync(_pending.WrittenMemory, isPartial: false);
        _pending.ResetWrittenCount();
    }

    // How many bytes were used; 0 where there are not enough yet.
    private async ValueTask<int> TakeOneAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty) return 0;

        if (_atStart || _mayBeStamped)
        {
            if (bytes.Length < StampAndBlank && bytes.Span.IndexOf((byte)'\n') < 0) return 0;

            (_atStart, _mayBeStamped) = (false, false);
            if (IsStamped(bytes.Span))
            {
                LastTime = Encoding.ASCII.GetString(bytes.Span[..StampBytes]);
                // An empty line has nothing behind the blank; at the least its line feed comes.
                return StampAndBlank;
            }
        }

        var end = bytes.Span.IndexOf((byte)'\n');
        if (end is >= 0 and <= LogLine.MaxBytes)
        {
            await SayAsync(bytes[..end], isPartial: false);
            _atStart = true;
            return end + 1;
        }

        if (bytes.Length < LogLine.MaxBytes) return 0;

        await SayAsync(bytes[..LogLine.MaxBytes], isPartial: true);
        _mayBeStamped = true;
        return LogLine.MaxBytes;
    }

    private void Keep(int used)
    {
        var rest = _pending.WrittenSpan[used..].ToArray();
        _pending.ResetWrittenCount();
        _pending.Write(rest);
    }

    private static bool IsStamped(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= StampAndBlank
        && bytes[4] == '-' && bytes[10] == 'T' && bytes[19] == '.' && bytes[29] == 'Z' && bytes[30] == ' '
        && Utf8Parser.TryParse(bytes[..4], out int _, out var read) && read == 4;

    private ValueTask SayAsync(ReadOnlyMemory<byte> text, bool isPartial)
    {
        var json = Write(text.Span, isPartial, Utf8.IsValid(text.Span));
        // Control characters take six times their room in JSON.
        return take(json.Length < Part.MaxBytes ? json : Write(text.Span, isPartial, isText: false));
    }

    private ReadOnlyMemory<byte> Write(ReadOnlySpan<byte> text, bool isPartial, bool isText)
    {
        var json = new ArrayBufferWriter<byte>(text.Length + 128);
        using (var writer = new Utf8JsonWriter(json, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("container"u8, container);
            writer.WriteString("stream"u8, stream);
            if (LastTime is not null) writer.WriteString("time"u8, LastTime);
            if (isText) writer.WriteString("line"u8, text);
            else writer.WriteBase64String("base64"u8, text);
            if (isPartial) writer.WriteBoolean("isPartial"u8, true);
            writer.WriteEndObject();
        }

        return json.WrittenMemory;
    }
}

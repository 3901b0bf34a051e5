using System.Globalization;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Contracts;
using Ecs.Contracts.Agents;

namespace Ecs.Agent.Logs;

/// <summary>Reads the log of one container.</summary>
internal sealed class ContainerLog(Engine engine, SeenContainer container, ReadLogs asked)
{
    // One reading is at most one of Docker's pieces.
    private const int BufferBytes = 2 * LogLine.MaxBytes;

    private string? _last;

    /// <summary>The container.</summary>
    public SeenContainer Container { get; } = container;

    /// <summary>The reading that is under way or has ended. It fails where Docker cannot be asked.</summary>
    public Task Reading { get; private set; } = Task.CompletedTask;

    /// <summary>How often the container was known to have been started again when the reading began.</summary>
    public int Restarts { get; private set; }

    /// <summary>Why Docker does not give the log out, in its words: not every driver can. Null while it does.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Begins to read; again, from the last line on, where the container was started anew.</summary>
    /// <param name="restarts">How often it was.</param>
    /// <param name="take">Takes each line as JSON; while it waits nothing more is read from Docker.</param>
    /// <param name="ct">Ends it.</param>
    public void Begin(int restarts, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken ct)
    {
        Restarts = restarts;
        Reading = Task.Run(() => ReadOrSayWhyNotAsync(take, ct), ct);
    }

    private async Task ReadOrSayWhyNotAsync(Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken ct)
    {
        try
        {
            await ReadAsync(take, ct);
        }
        catch (DockerApiException refused) when (!DockerFaults.IsPassing(refused))
        {
            Refusal = DockerFaults.Text(refused);
            // Whoever follows the others may be there for days: the end, which says it too, may never come.
            if (asked.Follow) await take(JsonSerializer.SerializeToUtf8Bytes(Said(Refusal), EcsJson.Options));
        }
    }

    private LogLine Said(string refusal) => new() { Container = Container.Name, Stream = "stderr", Error = refusal };

    private async Task ReadAsync(Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken ct)
    {
        var client = await engine.ConnectAsync(ct);
        using var stream = await client.Containers.GetContainerLogsAsync(Container.RuntimeId, Parameters(), ct);
        await using var leaving = ct.UnsafeRegister(static s => ((MultiplexedStream)s!).Dispose(), stream);
        var output = new LogSplitter(Container.Name, "stdout", take);
        var errors = new LogSplitter(Container.Name, "stderr", take);
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, ct);
            if (read.EOF) break;

            var splitter = read.Target is MultiplexedStream.TargetStream.StandardError ? errors : output;
            await splitter.TakeAsync(buffer.AsMemory(0, read.Count));
        }

        await output.FinishAsync();
        await errors.FinishAsync();
        _last = Latest(_last, Latest(output.LastTime, errors.LastTime));
    }

    private ContainerLogsParameters Parameters() => new()
    {
        ShowStdout = true,
        ShowStderr = true,
        Timestamps = true,
        Follow = asked.Follow,
        Tail = _last is null ? asked.Tail?.ToString(CultureInfo.InvariantCulture) ?? "all" : "all",
        Since = _last is { } last ? After(last) : asked.Since is { } since ? Seconds(since, 0) : null,
    };

    // Both are written alike, with nine digits, so that their order as text is that of the times.
    private static string? Latest(string? a, string? b) => string.CompareOrdinal(a, b) >= 0 ? a : b;

    private static string After(string stamp)
    {
        var whole = DateTimeOffset.Parse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var nanoseconds = int.Parse(stamp.AsSpan(20, 9), CultureInfo.InvariantCulture) % 100;
        return Seconds(whole, nanoseconds + 1);
    }

    private static string Seconds(DateTimeOffset time, int nanoseconds)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var fraction = (ticks % TimeSpan.TicksPerSecond * 100) + nanoseconds;
        return string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond}.{fraction:D9}");
    }
}

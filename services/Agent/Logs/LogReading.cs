using System.Threading.Channels;
using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;
using Ecs.Bus;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;

namespace Ecs.Agent.Logs;

/// <summary>
/// Tells a reader the logs of a task's containers. A reader that is slow slows the reading from Docker; what is held
/// here is bounded by <see cref="MaxLines"/> and the conversation's window.
/// </summary>
internal sealed class LogReading(Engine engine, string instanceId, Conversation conversation, ReadLogs asked)
{
    /// <summary>The most lines that wait to be sent; of at most 32 KiB each, a few hundred bytes as a rule.</summary>
    private const int MaxLines = 64;

    /// <summary>How often a follower looks for containers that were made or started meanwhile.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Channel<ReadOnlyMemory<byte>> _lines = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(MaxLines) { SingleReader = true });

    private readonly Dictionary<string, ContainerLog> _logs = new(StringComparer.Ordinal);

    /// <summary>
    /// Tells them to the end; gives the refusal where there is nothing to tell, or where Docker does not give out some.
    /// </summary>
    public async Task<CommandError?> RunAsync(CancellationToken ct)
    {
        var seen = await LookAsync(ct);
        if (Missing(seen) is { } refusal) return refusal;

        // The reader knows by it that the lines will come, however long the first may take.
        await conversation.SendAsync(new Part(ConversationKinds.Lines, default), ct);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = ReadAllAsync(seen, ending.Token);
        try
        {
            await SendAllAsync(ct);
        }
        finally
        {
            await ending.CancelAsync();
            // Its fault has come through the lines.
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return Withheld();
    }

    private async Task ReadAllAsync(IReadOnlyList<SeenContainer> seen, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                foreach (var container in seen.Where(IsAsked)) Begin(container, ct);
                var all = Task.WhenAll(_logs.Values.Select(log => log.Reading));
                if (!asked.Follow)
                {
                    await all;
                    break;
                }

                if (_logs.Values.FirstOrDefault(log => log.Reading.IsFaulted) is { } failed) await failed.Reading;
                var isOver = all.IsCompleted && !seen.Any(container => container.Observed is not Observed.Ended);
                if (isOver) break;

                await Task.Delay(LookEvery, ct);
                seen = await LookAsync(ct);
            }

            _lines.Writer.TryComplete();
        }
        catch (Exception fault)
        {
            _lines.Writer.TryComplete(fault);
        }
    }

    private void Begin(SeenContainer container, CancellationToken ct)
    {
        if (!_logs.TryGetValue(container.RuntimeId, out var log))
        {
            log = _logs[container.RuntimeId] = new ContainerLog(engine, container, asked);
        }
        else if (container.Observed is not Observed.Running || !log.Reading.IsCompletedSuccessfully
            || log.Refusal is not null)
        {
            return;
        }

        log.Begin(line => _lines.Writer.WriteAsync(line, ct), ct);
    }

    // As many lines in one part as have come meanwhile: one at a time when they come slowly, many at full speed.
    private async Task SendAllAsync(CancellationToken ct)
    {
        var part = new byte[Part.MaxBytes];
        var length = 0;
        while (await _lines.Reader.WaitToReadAsync(ct))
        {
            while (_lines.Reader.TryRead(out var line))
            {
                if (length + line.Length + 1 > part.Length) await FlushAsync();
                line.Span.CopyTo(part.AsSpan(length));
                part[length + line.Length] = (byte)'\n';
                length += line.Length + 1;
            }

            await FlushAsync();
        }

        async Task FlushAsync()
        {
            if (length == 0) return;

            await conversation.SendAsync(new Part(ConversationKinds.Lines, part.AsMemory(0, length)), ct);
            length = 0;
        }
    }

    private async Task<IReadOnlyList<SeenContainer>> LookAsync(CancellationToken ct)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timed.CancelAfter(Limits.Look);
        try
        {
            var client = await engine.ConnectAsync(timed.Token);
            var which = Listings.Of(new Listing(asked.TaskArn, WithEnded: true), instanceId);
            return Listings.Read(await client.Containers.ListContainersAsync(which, timed.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"Docker did not answer within {Limits.Look.TotalSeconds:0} s.");
        }
    }

    // One that was never started has written nothing, and Docker no log to read.
    private bool IsAsked(SeenContainer container) =>
        container.Observed is not Observed.Created && asked.Containers?.Contains(container.Name) is not false;

    private CommandError? Withheld()
    {
        var words = _logs.Values.Where(log => log.Refusal is not null)
            .OrderBy(log => log.Container.Name, StringComparer.Ordinal)
            .Select(log => LogLine.Withheld(log.Container.Name, log.Refusal!))
            .ToList();
        return words.Count == 0 ? null : new(ErrorTypes.Client, string.Join(' ', words));
    }

    private CommandError? Missing(IReadOnlyList<SeenContainer> seen)
    {
        if (seen.Count == 0) return new(ErrorTypes.Client, "The task has no containers on its instance.");

        // A follower waits for those that come later, as long as the task lives.
        if (asked.Follow && seen.Any(container => container.Observed is not Observed.Ended)) return null;

        var missing = asked.Containers?.Where(name => seen.All(container => container.Name != name)).ToList() ?? [];
        return missing.Count == 0
            ? null
            : new(ErrorTypes.Client, $"On the task's instance there is no container '{string.Join("', '", missing)}'.");
    }
}

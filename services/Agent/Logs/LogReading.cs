using System.Threading.Channels;
using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;
using Ecs.Bus;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Logs;

/// <summary>
/// Tells a reader the logs of a task's containers. A reader that is slow slows the reading from Docker; what is held
/// here is bounded by <see cref="MaxLines"/> and the conversation's window.
/// </summary>
/// <param name="engine">Where the containers are.</param>
/// <param name="instanceId">Whose containers they are.</param>
/// <param name="tasks">What the Agent knows of a task, by its ARN; null of one that it does not know.</param>
/// <param name="conversation">Where the reader is.</param>
/// <param name="asked">What the reader wants.</param>
internal sealed class LogReading(
    Engine engine, string instanceId, Func<string, TaskState?> tasks, Conversation conversation, ReadLogs asked)
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
        var look = await LookAsync(ct);
        if (Missing(look) is { } refusal) return refusal;

        // The reader knows by it that the lines will come, however long the first may take.
        await conversation.SendAsync(new Part(ConversationKinds.Lines, default), ct);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = ReadAllAsync(look, ending.Token);
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

    private async Task ReadAllAsync(Look look, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                // Before more is begun: a run that ended meanwhile may have had another one after it.
                var isRead = _logs.Values.All(log => log.Reading.IsCompleted);
                var begun = look.Containers.Where(IsAsked).Count(container => Begin(container, look, ct));
                if (!asked.Follow)
                {
                    await Task.WhenAll(_logs.Values.Select(log => log.Reading));
                    break;
                }

                if (_logs.Values.FirstOrDefault(log => log.Reading.IsFaulted) is { } failed) await failed.Reading;
                if (look.IsOver && isRead && begun == 0) break;

                await Task.Delay(LookEvery, ct);
                look = await LookAsync(ct);
            }

            _lines.Writer.TryComplete();
        }
        catch (Exception fault)
        {
            _lines.Writer.TryComplete(fault);
        }
    }

    private bool Begin(SeenContainer container, Look look, CancellationToken ct)
    {
        var restarts = look.RestartsOf(container.Name);
        if (!_logs.TryGetValue(container.RuntimeId, out var log))
        {
            log = _logs[container.RuntimeId] = new ContainerLog(engine, container, asked);
        }
        else if (!log.Reading.IsCompletedSuccessfully || log.Refusal is not null
            || (container.Observed is not Observed.Running && log.Restarts == restarts))
        {
            return false;
        }

        log.Begin(restarts, line => _lines.Writer.WriteAsync(line, ct), ct);
        return true;
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

    private async Task<Look> LookAsync(CancellationToken ct)
    {
        // Before Docker is asked: of a task that is over by then, nothing comes that the list has not got.
        var known = tasks(asked.TaskArn);
        var which = new Listing(asked.TaskArn, WithEnded: true);
        return new Look(known, await Listings.ListAsync(engine, which, instanceId, ct));
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

    private CommandError? Missing(Look look)
    {
        // A follower waits for those that come later, as long as the task lives.
        if (asked.Follow && !look.IsOver) return null;

        if (look.Containers.Count == 0) return new(ErrorTypes.Client, "The task has no containers on its instance.");

        var missing = asked.Containers?
            .Where(name => look.Containers.All(container => container.Name != name)).ToList() ?? [];
        return missing.Count == 0
            ? null
            : new(ErrorTypes.Client, $"On the task's instance there is no container '{string.Join("', '", missing)}'.");
    }

    /// <summary>A look at a task.</summary>
    /// <param name="Known">What the Agent knew of it before; null where it did not know it.</param>
    /// <param name="Containers">What Docker has of it.</param>
    private sealed record Look(TaskState? Known, IReadOnlyList<SeenContainer> Containers)
    {
        /// <summary>
        /// Whether nothing more comes. A task goes on while none of its containers runs: one is pulled, or is to be
        /// started again. Where the Agent does not know the task, its containers are all that tells.
        /// </summary>
        public bool IsOver => Known is { } task
            ? task.Status == LifecycleStatus.Stopped
            : Containers.All(container => container.Observed is Observed.Ended);

        /// <summary>How often a container was started again.</summary>
        public int RestartsOf(string container) => Known?.Find(container)?.Restart?.Count ?? 0;
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Ecs.Auditor.Requests;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;

namespace Ecs.Auditor.Sending;

/// <summary>
/// Answers <see cref="ReplayEvents"/>: sends the range to the asker's queue, and answers when the broker has all of it.
/// </summary>
internal sealed class Replays(EventLog log, IEventSender sender, TimeProvider time, ILogger<Replays> logger)
{
    /// <summary>Sends what is asked for, and answers.</summary>
    /// <param name="asked">The command and its asker.</param>
    /// <param name="ct">Gives it up: the command stays in its queue.</param>
    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, asked.Gone);
        try
        {
            var (command, queue) = Read(asked);
            var end = (await log.HeadAsync(either.Token)).LastPosition;
            var first = command.From is > 0 and var from ? await log.FirstAfterAsync(from - 1, either.Token) : null;
            var range = ReplayRange.Of(command, end, first);
            return await SendAsync(queue, range, end, either.Token);
        }
        catch (RefusedException e)
        {
            return new Answer { Error = e.Error };
        }
        catch (OperationCanceledException) when (asked.Gone.IsCancellationRequested)
        {
            // Nobody takes this answer any more; who gets the command now begins the range anew.
            return new Answer();
        }
    }

    private (ReplayEvents Command, string Queue) Read(Asked asked)
    {
        if (asked.Command is not ReplayEvents command)
        {
            var name = CommandTypes.Of(asked.Command.GetType()).Name;
            throw RefusedException.Because(
                new CommandError(ErrorTypes.UnknownOperation, $"'{name}' is not answered here"));
        }

        if (asked.ReplyTo is null)
        {
            throw RefusedException.Wrong("reply_to", "must be given: where the range ends would be told to nobody.");
        }

        if (command.Deadline is { } deadline && deadline < time.GetUtcNow())
        {
            throw RefusedException.Because(new CommandError(
                ErrorTypes.Client, $"the deadline {deadline:O} had passed before any event was sent"));
        }

        var (queue, member) = command.Queue is { } named ? (named, "queue") : (asked.ReplyTo, "reply_to");
        if (queue is "" || Encoding.UTF8.GetByteCount(queue) > ReplayEvents.MaxQueueLength)
        {
            throw RefusedException.Wrong(member, $"must have 1 to {ReplayEvents.MaxQueueLength} bytes.");
        }

        return sender.RuleAgainst(queue) is { } rule
            ? throw RefusedException.Wrong(member, $"{rule}.")
            : (command, queue);
    }

    private async Task<Answer> SendAsync(string queue, ReplayRange range, long end, CancellationToken ct)
    {
        try
        {
            var sent = await sender.SendAsync(queue, ReadAsync(range, ct), ct);
            var result = new ReplayedEvents(range.From, range.To, sent, end);
            return new Answer
            {
                Result = JsonSerializer.SerializeToElement(result, EcsJson.Options),
                Position = range.To,
            };
        }
        catch (QueueRefusedException e)
        {
            logger.LogInformation("A replay of {From} to {To} ended: queue '{Queue}': {Reason}",
                range.From, range.To, queue, e.Message);
            return new Answer
            {
                Error = new CommandError(
                    e.IsGone ? ErrorTypes.ResourceNotFound : ErrorTypes.LimitExceeded,
                    $"'{queue}': {e.Message}; of {range.From} to {range.To} any event may be missing there"),
            };
        }
    }

    private async IAsyncEnumerable<EventMessage> ReadAsync(
        ReplayRange range, [EnumeratorCancellation] CancellationToken ct)
    {
        if (range.To < range.From) yield break;

        await foreach (var e in log.ReadRawAsync(range.From - 1, range.To, range.Filter, ct))
        {
            yield return EventMessage.Of(e.WithoutData(), e.CanonicalData());
        }
    }
}

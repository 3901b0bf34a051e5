using System.Text;
using Ecs.Contracts.Bus;
using Microsoft.Extensions.Logging;

namespace Ecs.Bus;

internal sealed class ConversationEndpoint(ConversationParts parts) : IConversationEndpoint, IAsyncDisposable
{
    private readonly ConfirmedChannel _channel = new(parts.Connection);

    public async Task<IAsyncDisposable> ListenAsync(
        string instanceId, Func<Conversation, Task> talk, CancellationToken ct)
    {
        var wire = new ConversationWire(_channel);
        ConversationQueue? queue = null;
        // A name of its own each time: an earlier connection may still hold the queue that it had.
        queue = new ConversationQueue(
            $"{Exchanges.Conversations}.{instanceId}.{Guid.NewGuid():N}",
            parts,
            (channel, binding) => Topology.BindConversationsAsync(channel, queue!.Name, instanceId, binding),
            (delivery, said) => TakeUp(queue!, wire, delivery, said, talk));
        try
        {
            await queue.Ready.WaitAsync(ct);
            return queue;
        }
        catch (OperationCanceledException)
        {
            await queue.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private void TakeUp(
        ConversationQueue queue,
        ConversationWire wire,
        Delivery delivery,
        Utterance said,
        Func<Conversation, Task> talk)
    {
        var properties = delivery.Properties;
        // A late word of one that is over opens nothing; only what came by the exchange does.
        if (delivery.Exchange != Exchanges.Conversations || properties.ReplyTo is not { Length: > 0 } replyTo) return;

        var (id, other, own) = (properties.CorrelationId!, Address.Queue(replyTo), Address.Queue(queue.Name));
        if (queue.Count >= IConversationEndpoint.MaxAtATime)
        {
            var text = $"The Agent leads {IConversationEndpoint.MaxAtATime} conversations already: try again later.";
            var refusal = new Utterance(Signs.Left, 0, 0, Encoding.UTF8.GetBytes(text));
            _ = QuietlyAsync(() => wire.SayAsync(other, own, id, refusal, CancellationToken.None));
            return;
        }

        var conversation = new Conversation(id, new Part(said.Kind, said.Body), TimeProvider.System,
            (to, spoken, ct) => wire.SayAsync(Address.Queue(to), own, id, spoken, ct));
        conversation.Take(said with { Kind = Signs.Alive });
        queue.Add(conversation);
        _ = QuietlyAsync(() => LeadAsync(queue, conversation, talk));
    }

    private static async Task LeadAsync(
        ConversationQueue queue, Conversation conversation, Func<Conversation, Task> talk)
    {
        try
        {
            await conversation.AnswerAsync();
            conversation.Keep();
            await talk(conversation);
        }
        finally
        {
            await conversation.DisposeAsync();
            queue.Remove(conversation);
        }
    }

    private async Task QuietlyAsync(Func<Task> work)
    {
        try
        {
            await Task.Run(work);
        }
        catch (Exception e) when (e is NobodyThereException or ConversationLostException
            or BusUnavailableException or OperationCanceledException)
        {
            parts.Log.LogDebug(e, "A conversation ended before its time");
        }
        catch (Exception bug)
        {
            parts.Log.LogError(bug, "A conversation failed");
        }
    }
}

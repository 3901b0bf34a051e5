using Ecs.Contracts.Bus;

namespace Ecs.Bus;

/// <summary>The asking side: one queue of this program for all of its conversations, opened with the first.</summary>
internal sealed class Conversations : IConversations, IAsyncDisposable
{
    /// <summary>How long an Agent may take to take a conversation up.</summary>
    private static readonly TimeSpan TakeUpTime = TimeSpan.FromSeconds(5);

    private readonly ConfirmedChannel _channel;
    private readonly ConversationWire _wire;
    private readonly Lazy<ConversationQueue> _queue;

    public Conversations(ConversationParts parts)
    {
        _channel = new ConfirmedChannel(parts.Connection);
        _wire = new ConversationWire(_channel);
        var name = $"ecs.conversations.{parts.Options.Client}.{Guid.NewGuid():N}";
        _queue = new(() => new ConversationQueue(name, parts, (_, _) => Task.CompletedTask, static (_, _) => { }));
    }

    public async Task<Conversation> OpenAsync(string instanceId, Part opening, CancellationToken ct)
    {
        var queue = _queue.Value;
        var own = Address.Queue(queue.Name);
        var id = Guid.NewGuid().ToString("N");
        var conversation = new Conversation(id, opening, TimeProvider.System,
            (other, said, saying) => _wire.SayAsync(Address.Queue(other), own, id, said, saying));
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(TakeUpTime);
        try
        {
            await queue.Ready.WaitAsync(time.Token);
            // Before the question goes out, so that nothing of what the Agent says is missed.
            queue.Add(conversation);
            var question = new Utterance(opening.Kind, 0, 0, opening.Body);
            await _wire.SayAsync(new Address(Exchanges.Conversations, instanceId), own, id, question, time.Token);
            await conversation.Other.WaitAsync(time.Token);
        }
        catch (Exception e)
        {
            conversation.Lose("nobody took it up");
            queue.Remove(conversation);
            if (e is not OperationCanceledException || ct.IsCancellationRequested) throw;

            throw new NobodyThereException($"not taken up within {TakeUpTime.TotalSeconds:0} s");
        }

        conversation.Over.UnsafeRegister(_ => queue.Remove(conversation), null);
        conversation.Keep();
        return conversation;
    }

    public async ValueTask DisposeAsync()
    {
        if (_queue.IsValueCreated) await _queue.Value.DisposeAsync();
        await _channel.DisposeAsync();
    }
}

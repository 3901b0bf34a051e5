namespace Ecs.Bus;

/// <summary>Conversations with Agents, from the side that asks.</summary>
public interface IConversations
{
    /// <summary>
    /// Asks the Agent of an instance for something that takes more than one message. Nothing waits for an Agent that
    /// is away: a request that comes minutes later would come to nobody.
    /// </summary>
    /// <param name="instanceId">The id of the container instance: the last part of its ARN.</param>
    /// <param name="opening">What is asked.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="NobodyThereException">The Agent is away, or did not take it up in time.</exception>
    /// <exception cref="BusUnavailableException">The broker is away.</exception>
    Task<Conversation> OpenAsync(string instanceId, Part opening, CancellationToken ct);
}

/// <summary>Conversations from the side of an Agent.</summary>
public interface IConversationEndpoint
{
    /// <summary>The most conversations of one Agent at a time: with all that each holds, some 50 MiB.</summary>
    const int MaxAtATime = 32;

    /// <summary>
    /// Begins to take up conversations. The queue is this connection's own and keeps nothing: whoever asks while
    /// nobody listens is told so at once.
    /// </summary>
    /// <param name="instanceId">The id of the container instance: the last part of its ARN.</param>
    /// <param name="talk">Leads one conversation to its end; those run beside each other.</param>
    /// <param name="ct">Ends the wait for the broker.</param>
    /// <returns>What ends the listening, and every conversation.</returns>
    Task<IAsyncDisposable> ListenAsync(string instanceId, Func<Conversation, Task> talk, CancellationToken ct);
}

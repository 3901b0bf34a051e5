using Ecs.Contracts.Agents;

namespace Ecs.Bus;

/// <summary>The receiving side of an Agent: the queue of its container instance.</summary>
public interface IAgentEndpoint
{
    /// <summary>
    /// Begins to consume the queue of a container instance, one message after another in the queue's order. A message
    /// leaves the queue when <paramref name="handle"/> has returned. A fault that passes
    /// (<see cref="PassingFaults.IsPassing"/>) is tried again as long as it takes; any other a few times, and then the
    /// message is set aside in <c>ecs.dead-letters</c>, and the queue goes on.
    /// While the Agent is connected, a message's work mostly begins ahead of its turn, with a copy that passes by the
    /// queue: then it may begin before the work of one in front of it has ended, or was tried again.
    /// </summary>
    /// <param name="instanceId">The id of the container instance: the last part of its ARN.</param>
    /// <param name="handle">Takes the work over; repeats are harmless to it.</param>
    /// <param name="ct">Ends the wait for the broker.</param>
    /// <returns>What ends the consuming.</returns>
    Task<IAsyncDisposable> ListenAsync(
        string instanceId, Func<Assignments, CancellationToken, Task> handle, CancellationToken ct);
}

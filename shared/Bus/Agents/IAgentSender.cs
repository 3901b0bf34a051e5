using Ecs.Contracts.Agents;

namespace Ecs.Bus;

/// <summary>Sends work to Agents.</summary>
public interface IAgentSender
{
    /// <summary>
    /// Puts a message into an Agent's queue, and returns when the broker has confirmed it. The queue is made where
    /// there is none yet, so that the message waits for the Agent. While the broker is away it waits.
    /// </summary>
    /// <param name="instanceId">The id of the container instance: the last part of its ARN.</param>
    /// <param name="message">The work.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The connection was lost before the confirm.</exception>
    Task SendAsync(string instanceId, Assignments message, CancellationToken ct);

    /// <summary>
    /// Removes an Agent's queue where nobody consumes it, with whatever waits in it: for an instance that was
    /// deregistered. Its Agent, should it come back, makes it anew, and is told all that matters by its list and by the
    /// answers to its reports. A queue that the broker says is consumed stays; under load it may say so too late, and
    /// then its consumer makes it anew.
    /// </summary>
    /// <param name="instanceId">The id of the container instance: the last part of its ARN.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The connection was lost.</exception>
    Task ForgetAsync(string instanceId, CancellationToken ct);
}

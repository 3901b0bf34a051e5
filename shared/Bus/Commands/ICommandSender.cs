using Ecs.Contracts.Commands;

namespace Ecs.Bus;

/// <summary>Sends commands and queries to the service that decides them, and waits for the answer.</summary>
public interface ICommandSender
{
    /// <summary>
    /// Sends a command and waits for its answer. A command without an id gets one of its own. While the broker is away
    /// the sender waits, and after a lost connection it asks again: that is harmless, since an id has one effect.
    /// </summary>
    /// <param name="command">The command or query.</param>
    /// <param name="timeout">
    /// How long to wait. The command itself may still be done later, unless it has a deadline.
    /// </param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The service's answer, which may be a refusal.</returns>
    /// <exception cref="TimeoutException">No answer came in time, or too many callers wait already.</exception>
    Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct);
}

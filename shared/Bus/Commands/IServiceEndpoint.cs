using Ecs.Contracts.Commands;

namespace Ecs.Bus;

/// <summary>The receiving side of a service: its one queue, with the exchanges of all its commands before it.</summary>
public interface IServiceEndpoint
{
    /// <summary>As the longer form, with <see cref="PassingFaults.IsPassing"/> telling what passes.</summary>
    Task<IAsyncDisposable> ListenAsync(
        string service, Func<Command, CancellationToken, Task<Answer>> answer, CancellationToken ct) =>
        ListenAsync(service, answer, PassingFaults.IsPassing, ct);

    /// <summary>
    /// Begins to consume a service's queue. Commands are given to <paramref name="answer"/> in the order of the queue,
    /// many at a time, and leave the queue only after the answer. What cannot be read never gets there: it is answered
    /// with an error, or where nobody asked set aside with its reason.
    /// </summary>
    /// <param name="service">One of <see cref="Services"/>.</param>
    /// <param name="answer">
    /// Decides a command. A refusal is an answer. An exception that passes keeps the command and asks again later, as
    /// long as it takes; any other is tried again a few times, and then the command is set aside in
    /// <c>ecs.dead-letters</c>. Its token ends when the endpoint was disposed and the grace is over.
    /// </param>
    /// <param name="isPassing">
    /// Whether an exception speaks of a state of the house that passes, not of the command.
    /// </param>
    /// <param name="ct">Ends the wait for the broker.</param>
    /// <returns>
    /// What ends the consuming: commands that were begun are finished, the others stay in the queue in their order.
    /// </returns>
    Task<IAsyncDisposable> ListenAsync(
        string service,
        Func<Command, CancellationToken, Task<Answer>> answer,
        Func<Exception, bool> isPassing,
        CancellationToken ct);

    /// <summary>
    /// As the form above, for what does more than answer: it is told where its asker is, and may send there before it
    /// answers (<see cref="IEventSender"/>).
    /// </summary>
    /// <param name="service">One of <see cref="Services"/>.</param>
    /// <param name="atATime">How many commands are answered at a time; the others wait in the queue.</param>
    /// <param name="answer">As above; it also ends with <see cref="Asked.Gone"/>.</param>
    /// <param name="isPassing">As above.</param>
    /// <param name="ct">Ends the wait for the broker.</param>
    Task<IAsyncDisposable> ListenAsync(
        string service,
        ushort atATime,
        Func<Asked, CancellationToken, Task<Answer>> answer,
        Func<Exception, bool> isPassing,
        CancellationToken ct);
}

/// <summary>A command with what its message says of its asker.</summary>
/// <param name="Command">The command.</param>
/// <param name="ReplyTo">The queue that the answer goes to; null where nobody asked for one.</param>
/// <param name="Gone">
/// Ends when the command went back to its queue, because the connection was lost: somebody else answers it then, and
/// whoever is still at it stops.
/// </param>
public sealed record Asked(Command Command, string? ReplyTo, CancellationToken Gone);

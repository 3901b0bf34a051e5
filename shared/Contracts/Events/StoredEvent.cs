namespace Ecs.Contracts.Events;

/// <summary>An event as the log holds it: the fact and where, when and by whom it was written.</summary>
/// <param name="Position">Its place in the one order of the whole log; rises, with gaps that stay gaps.</param>
/// <param name="Id">The event's own id, also the id of its message on the bus.</param>
/// <param name="Stream">The ARN of what it is about.</param>
/// <param name="Version">Its place in its stream, from 1, without gaps.</param>
/// <param name="Name">The stored name, such as <c>task-placed</c>; never changes.</param>
/// <param name="LogTime">When its commit was written; never falls from one position to the next.</param>
/// <param name="Causation">The id of the command that caused it.</param>
/// <param name="Correlation">What ties it to other commands' events.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="Data">The fact itself; null where this version of the house does not know its name.</param>
public sealed record StoredEvent(
    long Position,
    Guid Id,
    string Stream,
    long Version,
    string Name,
    DateTimeOffset LogTime,
    string? Causation,
    string? Correlation,
    string? Actor,
    IEvent? Data);

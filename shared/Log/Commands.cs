using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;

namespace Ecs.Log;

/// <summary>
/// What tells a command from every other: ids are the senders' own, within account, region and service.
/// </summary>
/// <param name="Service">The service that decides it.</param>
/// <param name="Account">The account it is about.</param>
/// <param name="Region">The region it is about.</param>
/// <param name="CommandId">The sender's id.</param>
public sealed record CommandKey(string Service, string Account, string Region, string CommandId);

/// <summary>A fact that was decided and not yet written, at the version that it must get in its stream.</summary>
/// <param name="Event">The fact.</param>
/// <param name="Stream">The ARN of its stream.</param>
/// <param name="Version">Its version there, from 1; the append fails unless the stream ends just before it.</param>
/// <param name="Name">Its stored name.</param>
/// <param name="Data">The fact as canonical JSON: the very text that is stored and hashed.</param>
public sealed record DecidedEvent(IEvent Event, string Stream, long Version, string Name, string Data);

/// <summary>A command and what was decided about it, ready to be written in one transaction.</summary>
/// <param name="Key">Which command; no two that are not routine have the same.</param>
/// <param name="Name">Its name on the bus.</param>
/// <param name="IsRoutine">
/// A routine report: its id is not kept for repeats, and the same id may be recorded again, at another place in the
/// log.
/// </param>
/// <param name="Body">The whole command as canonical JSON. Secrets never come here.</param>
/// <param name="Digest">Digest of the body without what a repeat may change: id, deadline, actor, correlation.</param>
/// <param name="Resolved">What was looked up for it, as canonical JSON; null for nothing.</param>
/// <param name="ReceivedAt">The moment that the decider was told, in whole microseconds.</param>
/// <param name="Actor">Who asked.</param>
/// <param name="Correlation">What ties its events to others'.</param>
/// <param name="DeciderVersion">Which decider decided it, so that it can be decided again alike.</param>
/// <param name="Events">The facts, in the order in which they are to stand in the log.</param>
/// <param name="Answer">The answer as canonical JSON, without its position, which the commit gives.</param>
public sealed record DecidedCommand(
    CommandKey Key,
    string Name,
    bool IsRoutine,
    string Body,
    string Digest,
    string? Resolved,
    DateTimeOffset ReceivedAt,
    string? Actor,
    string Correlation,
    string DeciderVersion,
    IReadOnlyList<DecidedEvent> Events,
    string Answer);

/// <summary>What the log says of a command that was decided before.</summary>
/// <param name="Key">Which command.</param>
/// <param name="Digest">Digest of the body that was decided; another one under the same id is a conflict.</param>
/// <param name="Answer">The answer that was given, with the position of its commit.</param>
/// <param name="LogTime">When it was written.</param>
/// <param name="Streams">The streams that its events are about, in the order of the events.</param>
public sealed record RecordedCommand(
    CommandKey Key, string Digest, Answer Answer, DateTimeOffset LogTime, IReadOnlyList<string> Streams);

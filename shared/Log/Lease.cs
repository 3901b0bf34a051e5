namespace Ecs.Log;

/// <summary>The right of one process to append a service's events, until someone else raises the epoch.</summary>
/// <param name="Service">The service, one of <see cref="Contracts.Commands.Services"/>.</param>
/// <param name="Epoch">Rises with every new leader, from 1. An append with an epoch that has passed is refused.</param>
/// <param name="Holder">Who holds it, for people who look; a new text for every process.</param>
public sealed record Lease(string Service, long Epoch, string Holder);

/// <summary>The lease has passed to another process. Nothing was appended, and nothing may be from here on.</summary>
public sealed class FencedException(string service, long epoch)
    : Exception($"the lease of '{service}' with epoch {epoch} is no longer held")
{
    /// <summary>The service whose lease was lost.</summary>
    public string Service { get; } = service;

    /// <summary>The epoch that has passed.</summary>
    public long Epoch { get; } = epoch;
}

/// <summary>Whoever holds a lease runs on, where nobody may.</summary>
public sealed class LeaseHeldException(string service)
    : Exception($"the lease of '{service}' is held and was renewed: the service runs, which must be stopped first")
{
    /// <summary>The service whose lease is held.</summary>
    public string Service { get; } = service;
}

/// <summary>
/// This process does not lead, so it did not decide the command; the bus delivers it again, to the leader.
/// </summary>
public sealed class NotLeadingException(string service, Exception? inner = null)
    : Exception($"this process does not lead '{service}'", inner)
{
    /// <summary>The service that is led elsewhere, or by nobody yet.</summary>
    public string Service { get; } = service;
}

/// <summary>A stream is not at the version that the decision was made on. Nothing was appended.</summary>
public sealed class VersionConflictException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The log holds an event whose name this version does not know. A reader may pass over it, a writer may not: it would
/// decide on a state that is not the log's.
/// </summary>
public sealed class UnknownEventException(string name, long position)
    : Exception($"event '{name}' at position {position} is not known to this version: a newer one wrote it")
{
    /// <summary>The stored name that is not known.</summary>
    public string EventName { get; } = name;

    /// <summary>Where it stands.</summary>
    public long Position { get; } = position;
}

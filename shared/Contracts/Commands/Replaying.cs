namespace Ecs.Contracts.Commands;

/// <summary>
/// Asks for a range of the log's events once more: each is sent to the asker's own queue exactly as it went to
/// <c>ecs.events</c>, in the order of the log, and the answer follows behind the last. It changes nothing. Events of
/// other accounts and regions than the command's are passed over. After a fault the range may be sent again from its
/// beginning: an event is known by its position or id.
/// </summary>
[CommandName("replay-events", Services.Auditor, IsQuery = true)]
public sealed record ReplayEvents : Command
{
    /// <summary>The most positions that one command goes through; longer ranges are asked for piece by piece.</summary>
    public const int MaxRange = 100_000;

    /// <summary>The longest name of a queue, in bytes of UTF-8, as AMQP has it.</summary>
    public const int MaxQueueLength = 255;

    /// <summary>
    /// The first position, from 1 up to the one behind the end of the log: then there is nothing yet, and no error.
    /// </summary>
    public long? From { get; init; }

    /// <summary>
    /// The last position, at most <see cref="MaxRange"/> positions with it; where nothing is said the end of the log at
    /// the time of asking, or as far towards it as one command goes.
    /// </summary>
    public long? To { get; init; }

    /// <summary>
    /// The asker's queue for the events, which must exist; where nothing is said <c>reply_to</c>, where the answer goes
    /// in any case.
    /// </summary>
    public string? Queue { get; init; }

    /// <summary>Only events about these kinds of resource, such as <c>task,cluster</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Only events of these names, such as <c>task-running,task-stopped</c>.</summary>
    public string? Event { get; init; }

    /// <summary>Only the cluster of this name and all in it.</summary>
    public string? Cluster { get; init; }

    /// <summary>Only the task definitions of this family.</summary>
    public string? Family { get; init; }

    /// <summary>Only the container instance of this id.</summary>
    public string? Instance { get; init; }

    /// <summary>Only the task of this id.</summary>
    public string? Task { get; init; }
}

/// <summary>The reply of ReplayEvents: all of the range is in the queue.</summary>
/// <param name="From">The first position of the range.</param>
/// <param name="To">The last: the next range begins behind it. One below <c>from</c> where the range was empty.</param>
/// <param name="Events">How many events were sent; the filters hold others back, and positions have gaps.</param>
/// <param name="End">Where the log ended at the time of asking: above <c>to</c> there is more.</param>
public sealed record ReplayedEvents(long From, long To, long Events, long End);

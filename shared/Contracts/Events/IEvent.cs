using System.Text.Json.Serialization;

namespace Ecs.Contracts.Events;

/// <summary>
/// A fact that was written to the log and published. Members are only ever added to an event; a changed meaning is a
/// new
/// event under a new name.
/// </summary>
public interface IEvent
{
    /// <summary>The ARN of what the fact is about, which is the key of its stream in the log.</summary>
    [JsonIgnore]
    string Stream { get; }

    /// <summary>When it happened, as its source saw it. The log's own time stands beside the event.</summary>
    DateTimeOffset At { get; }
}

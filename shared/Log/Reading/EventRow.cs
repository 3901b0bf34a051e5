using System.Text.Json;
using Ecs.Contracts.Events;

namespace Ecs.Log;

/// <summary>
/// A row of the log as it was read, with the fact still in its bytes: who reads on says what it wants of them.
/// </summary>
internal readonly record struct EventRow(
    long Position,
    Guid Id,
    string Stream,
    long Version,
    string Name,
    DateTimeOffset LogTime,
    string? Causation,
    string? Correlation,
    string? Actor,
    byte[] Data)
{
    public RawEvent ToRaw() => new(
        Position, Id, Stream, Version, Name, LogTime, Causation, Correlation, Actor, JsonElement.Parse(Data));

    /// <inheritdoc cref="RawEvent.ToStored"/>
    public StoredEvent ToStored() => new(
        Position, Id, Stream, Version, Name, LogTime, Causation, Correlation, Actor, Facts.Read(Name, Position, Data));
}

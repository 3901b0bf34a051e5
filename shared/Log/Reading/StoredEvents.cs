using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Events;

namespace Ecs.Log;

/// <summary>From a row to the fact that it holds.</summary>
internal static class StoredEvents
{
    /// <summary>The event with its fact; without it where this version does not know the name.</summary>
    /// <exception cref="InvalidDataException">The name is known, but its data cannot be read as that event.</exception>
    public static StoredEvent From(RawEvent raw)
    {
        var type = EventTypes.Find(raw.Name);
        try
        {
            var data = type is null ? null : (IEvent?)raw.Data.Deserialize(type, EcsJson.Options);
            return new StoredEvent(
                raw.Position, raw.Id, raw.Stream, raw.Version, raw.Name, raw.LogTime, raw.Causation, raw.Correlation,
                raw.Actor, data);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"event '{raw.Name}' at position {raw.Position} cannot be read: {e.Message}", e);
        }
    }
}

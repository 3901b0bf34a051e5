using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Contracts;
using Ecs.Contracts.Events;

namespace Ecs.Log;

/// <summary>From a stored name and stored JSON to the fact, in today's form whichever version wrote it.</summary>
internal static class Facts
{
    /// <summary>The fact; null where this version does not know the name.</summary>
    /// <exception cref="InvalidDataException">The name is known, but its data cannot be read as that event.</exception>
    public static IEvent? Read(string name, long position, byte[] data) => Read(
        name, position, type => JsonSerializer.Deserialize(data, type, EcsJson.Options), () => JsonNode.Parse(data));

    /// <inheritdoc cref="Read(string, long, byte[])"/>
    public static IEvent? Read(string name, long position, JsonElement data, Upcasters? upcasters = null) => Read(
        name, position, type => data.Deserialize(type, EcsJson.Options), () => JsonObject.Create(data), upcasters);

    private static IEvent? Read(
        string name, long position, Func<Type, object?> read, Func<JsonNode?> whole, Upcasters? upcasters = null)
    {
        var known = upcasters ?? Upcasters.Known;
        try
        {
            if (known.Concern(name) && whole() is JsonObject older)
            {
                (name, var today) = known.ToToday(name, older);
                read = type => today.Deserialize(type, EcsJson.Options);
            }

            return EventTypes.Find(name) is { } type ? (IEvent?)read(type) : null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"event '{name}' at position {position} cannot be read: {e.Message}", e);
        }
    }
}

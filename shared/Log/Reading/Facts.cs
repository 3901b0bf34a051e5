using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Ecs.Contracts;
using Ecs.Contracts.Events;

namespace Ecs.Log;

/// <summary>From a stored name and stored JSON to the fact, in today's form whichever version wrote it.</summary>
internal static class Facts
{
    private static readonly FrozenDictionary<string, JsonTypeInfo> Types = EventTypes.All.ToFrozenDictionary(
        type => type.Key, type => StoredJson.Options.GetTypeInfo(type.Value), StringComparer.Ordinal);

    /// <summary>The fact; null where this version does not know the name.</summary>
    /// <exception cref="InvalidDataException">The name is known, but its data cannot be read as that event.</exception>
    public static IEvent? Read(string name, long position, ReadOnlySpan<byte> data)
    {
        try
        {
            if (Upcasters.Known.Concern(name)) return ReadOlder(Upcasters.Known, name, JsonNode.Parse(data));

            return Types.TryGetValue(name, out var type) ? Known(JsonSerializer.Deserialize(data, type)) : null;
        }
        catch (JsonException e)
        {
            throw Unreadable(name, position, e);
        }
    }

    /// <inheritdoc cref="Read(string, long, ReadOnlySpan{byte})"/>
    public static IEvent? Read(string name, long position, JsonElement data, Upcasters? upcasters = null)
    {
        var known = upcasters ?? Upcasters.Known;
        try
        {
            if (known.Concern(name)) return ReadOlder(known, name, JsonSerializer.SerializeToNode(data));

            return Types.TryGetValue(name, out var type) ? Known(data.Deserialize(type)) : null;
        }
        catch (JsonException e)
        {
            throw Unreadable(name, position, e);
        }
    }

    private static IEvent? ReadOlder(Upcasters known, string name, JsonNode? data)
    {
        if (data is JsonObject older) (name, data) = known.ToToday(name, older);
        return Types.TryGetValue(name, out var type) ? Known(data.Deserialize(type)) : null;
    }

    // Nothing at all under a known name is no fact, and no unknown one either.
    private static IEvent Known(object? fact) => fact as IEvent ?? throw new JsonException("its data is null");

    private static InvalidDataException Unreadable(string name, long position, JsonException e) =>
        new($"event '{name}' at position {position} cannot be read: {e.Message}", e);
}

using System.Text.Json;
using Ecs.Contracts.Events;

namespace Ecs.Log;

/// <summary>From a stored name and stored JSON to the fact.</summary>
internal static class Facts
{
    /// <summary>The fact; null where this version does not know the name.</summary>
    /// <exception cref="InvalidDataException">The name is known, but its data cannot be read as that event.</exception>
    public static IEvent? Read(string name, long position, Func<Type, object?> read)
    {
        if (EventTypes.Find(name) is not { } type) return null;
        try
        {
            return (IEvent?)read(type);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"event '{name}' at position {position} cannot be read: {e.Message}", e);
        }
    }
}

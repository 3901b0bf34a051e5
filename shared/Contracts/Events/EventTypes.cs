using System.Reflection;

namespace Ecs.Contracts.Events;

/// <summary>
/// The name under which an event is stored and published. It outlives the code: renaming a class changes nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventNameAttribute(string name) : Attribute
{
    /// <summary>The stored name: lower case, past tense, with hyphens.</summary>
    public string Name { get; } = name;
}

/// <summary>All events of this version of the house, by type and by stored name.</summary>
public static class EventTypes
{
    private static readonly Dictionary<string, Type> Types = typeof(EventTypes).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<EventNameAttribute>() is not null)
        .ToDictionary(type => type.GetCustomAttribute<EventNameAttribute>()!.Name, StringComparer.Ordinal);

    private static readonly Dictionary<Type, string> Names = Types.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Every event type with its stored name.</summary>
    public static IReadOnlyDictionary<string, Type> All => Types;

    /// <summary>The stored name of an event.</summary>
    public static string NameOf(IEvent e) => Names[e.GetType()];

    /// <summary>The type behind a stored name; null where this version does not know it.</summary>
    public static Type? Find(string name) => Types.GetValueOrDefault(name);
}

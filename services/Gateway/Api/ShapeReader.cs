using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Api;

/// <summary>
/// Compares a JSON value with the shape of a contract's type and copies what belongs to it. Nulls mean "not given",
/// as in ECS's own protocol, and neutral members of ECS that are not here yet are left out.
/// </summary>
internal static class ShapeReader
{
    // What the Gateway itself says about a command; a caller cannot.
    private static readonly HashSet<string> Envelope = typeof(Command).GetProperties()
        .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))
        .ToHashSet(StringComparer.Ordinal);

    // The members of each type that a body has, by their names.
    private static readonly ConcurrentDictionary<Type, FrozenDictionary<string, JsonTypeInfo>> Known = new();

    /// <summary>Copies a whole body, or says what is wrong with it.</summary>
    public static CommandError? Copy(Type command, JsonElement body, Utf8JsonWriter output) =>
        Value(EcsJson.Strict.GetTypeInfo(command), body, "", output);

    private static CommandError? Value(JsonTypeInfo shape, JsonElement value, string path, Utf8JsonWriter output)
    {
        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Object when value.ValueKind is JsonValueKind.Object:
                return Members(shape, value, path, output);

            case JsonTypeInfoKind.Enumerable when value.ValueKind is JsonValueKind.Array:
                return Items(EcsJson.Strict.GetTypeInfo(shape.ElementType!), value, path, output);

            case JsonTypeInfoKind.Dictionary when value.ValueKind is JsonValueKind.Object:
                return Entries(EcsJson.Strict.GetTypeInfo(shape.ElementType!), value, path, output);

            case JsonTypeInfoKind.None when Scalars.Find(shape.Type) is { } scalar:
                if (scalar.Refuse(value, path) is { } error) return error;
                value.WriteTo(output);
                return null;

            default:
                var expected = shape.Kind is JsonTypeInfoKind.Enumerable ? "a list" : "an object";
                return Scalars.WrongType(path, expected, value);
        }
    }

    private static CommandError? Members(JsonTypeInfo shape, JsonElement value, string path, Utf8JsonWriter output)
    {
        var known = Known.GetOrAdd(shape.Type, static (_, info) => info.Properties.ToFrozenDictionary(
            property => property.Name, property => EcsJson.Strict.GetTypeInfo(property.PropertyType)), shape);
        output.WriteStartObject();
        foreach (var member in value.EnumerateObject())
        {
            var name = member.Name;
            var memberPath = path.Length == 0 ? name : $"{path}.{name}";
            if (!known.TryGetValue(name, out var of) || (path.Length == 0 && Envelope.Contains(name)))
            {
                if (NotHere(shape.Type, member, memberPath) is { } refusal) return refusal;
            }
            else if (member.Value.ValueKind is not JsonValueKind.Null)
            {
                output.WritePropertyName(name);
                if (Value(of, member.Value, memberPath, output) is { } error) return error;
            }
        }

        output.WriteEndObject();
        return Missing(shape, value, path);
    }

    private static CommandError? Items(JsonTypeInfo shape, JsonElement value, string path, Utf8JsonWriter output)
    {
        output.WriteStartArray();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (Value(shape, item, $"{path}[{index++}]", output) is { } error) return error;
        }

        output.WriteEndArray();
        return null;
    }

    private static CommandError? Entries(JsonTypeInfo shape, JsonElement value, string path, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        foreach (var entry in value.EnumerateObject())
        {
            if (entry.Name.Contains('\0', StringComparison.Ordinal))
            {
                return Invalid(path, $"A name in '{path}' holds the character U+0000.");
            }

            output.WritePropertyName(entry.Name);
            if (Value(shape, entry.Value, $"{path}.{entry.Name}", output) is { } error) return error;
        }

        output.WriteEndObject();
        return null;
    }

    private static CommandError? NotHere(Type shape, JsonProperty member, string path)
    {
        if (!EcsMembers.IsNotYet(shape, member.Name))
        {
            return Invalid(path, $"Unknown member '{path}'.");
        }

        return EcsMembers.IsNeutral(member.Value)
            ? null
            : Invalid(path, EcsMembers.Why(shape, member.Name, path));
    }

    // A value that the type cannot do without, such as the name of an environment variable.
    private static CommandError? Missing(JsonTypeInfo shape, JsonElement value, string path)
    {
        foreach (var property in shape.Properties)
        {
            if (property.AssociatedParameter is not { HasDefaultValue: false, IsNullable: false }) continue;
            var isThere = value.TryGetProperty(property.Name, out var given);
            if (isThere && given.ValueKind is not JsonValueKind.Null) continue;

            return Invalid($"{path}.{property.Name}", $"The member '{path}.{property.Name}' is missing.");
        }

        return null;
    }

    private static CommandError Invalid(string path, string message) =>
        new(ErrorTypes.InvalidParameter, message) { Field = path };
}

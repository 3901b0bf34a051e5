using System.Text.Json;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Api;

/// <summary>A type that is one JSON value: how a person calls it, and what makes it unfit.</summary>
internal sealed record Scalar(string Words, Func<JsonElement, bool> Fits)
{
    /// <summary>Why a value is not of this type; null where it is.</summary>
    public CommandError? Refuse(JsonElement value, string path)
    {
        if (!Fits(value)) return Scalars.WrongType(path, Words, value);

        // PostgreSQL's jsonb cannot hold it: such a command could never be written to the log.
        return value.ValueKind is JsonValueKind.String && value.GetString()!.Contains('\0', StringComparison.Ordinal)
            ? new(ErrorTypes.InvalidParameter, $"The member '{path}' holds the character U+0000.") { Field = path }
            : null;
    }
}

/// <summary>The scalar types of the API's bodies.</summary>
internal static class Scalars
{
    private static readonly Scalar Text = new("text", value => value.ValueKind is JsonValueKind.String);

    private static readonly Scalar Truth =
        new("true or false", value => value.ValueKind is JsonValueKind.True or JsonValueKind.False);

    private static readonly Scalar Integer = new(
        "an integer of 32 bits", value => value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out _));

    private static readonly Scalar Long = new(
        "an integer of 64 bits", value => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _));

    /// <summary>The scalar that a .NET type stands for; null where it is none of the API's.</summary>
    public static Scalar? Find(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return Text;
        if (type == typeof(bool)) return Truth;
        if (type == typeof(int)) return Integer;
        return type == typeof(long) ? Long : null;
    }

    /// <summary>The refusal of a value that is not what its member takes.</summary>
    public static CommandError WrongType(string path, string expected, JsonElement value)
    {
        var found = value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "text",
            JsonValueKind.Number => "the number " + Shorten(value.GetRawText()),
            JsonValueKind.Null => "null",
            _ => value.GetRawText(),
        };
        return path.Length == 0
            ? new(ErrorTypes.Serialization, $"The body must be {expected}, not {found}.")
            : new(ErrorTypes.Serialization, $"The member '{path}' must be {expected}, not {found}.") { Field = path };
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}

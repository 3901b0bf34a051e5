using System.Text.Json;
using System.Text.RegularExpressions;
using Ecs.Contracts.Commands;

namespace Ecs.Bus;

/// <summary>Says in ECS's terms what is wrong with a JSON text that could not be read as a shape.</summary>
public static partial class JsonErrors
{
    /// <summary>
    /// The error for a text that the serializer refused. Its <see cref="CommandError.Field"/> is the path of the
    /// member, such as <c>containerDefinitions[0].cpu</c>, and its message names the member and the rule.
    /// </summary>
    /// <param name="fault">The serializer's exception.</param>
    public static CommandError Describe(JsonException fault)
    {
        var field = Field(fault.Path);
        if (Unmapped().Match(fault.Message) is { Success: true } unmapped)
        {
            return Invalid($"unknown member '{unmapped.Groups[1].Value}'", field);
        }

        if (Missing().Match(fault.Message) is { Success: true } missing)
        {
            return Invalid($"missing member {missing.Groups[1].Value}", field);
        }

        if (fault.Message.StartsWith("Duplicate property", StringComparison.Ordinal))
        {
            return Invalid($"member given twice{At(field)}", field);
        }

        return Kind().Match(fault.Message) is { Success: true } kind
            ? Serialization($"wrong type{At(field)}: expected {Expected(kind.Groups[1].Value)}", field)
            : Serialization($"not readable as JSON{At(field)}: {Reason(fault)}", field);
    }

    internal static CommandError Invalid(string message, string? field = null) =>
        new(ErrorTypes.InvalidParameter, message) { Field = field };

    internal static CommandError Serialization(string message, string? field = null) =>
        new(ErrorTypes.Serialization, message) { Field = field };

    private static string? Field(string? path) => path is null or "$" or "" ? null : path.TrimStart('$').TrimStart('.');

    private static string At(string? field) => field is null ? "" : $" at '{field}'";

    /// <summary>The serializer's sentence without its own position and path, which say nothing to a sender.</summary>
    private static string Reason(JsonException fault)
    {
        var end = fault.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        if (end < 0) end = fault.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        var text = end < 0 ? fault.Message : fault.Message[..end];
        return fault.LineNumber is { } line ? $"{text} (line {line + 1}, byte {fault.BytePositionInLine + 1})" : text;
    }

    private static string Expected(string clrType) => clrType switch
    {
        "System.String" => "a string",
        "System.Boolean" => "true or false",
        _ when clrType.Contains("System.Int", StringComparison.Ordinal) => "an integer",
        _ when clrType.Contains("System.DateTimeOffset", StringComparison.Ordinal) => "a time in ISO 8601",
        _ when clrType.Contains("Boolean", StringComparison.Ordinal) => "true or false",
        _ when clrType.Contains("Dictionary", StringComparison.Ordinal) => "an object",
        _ when clrType.Contains("List", StringComparison.Ordinal) => "an array",
        _ when clrType.StartsWith("Ecs.Contracts.", StringComparison.Ordinal) => "an object or a known word",
        _ => "another type",
    };

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped to any \\.NET member", RegexOptions.Singleline)]
    private static partial Regex Unmapped();

    [GeneratedRegex("missing required properties[^:]*: (.*?)\\.(?: Path:|$)", RegexOptions.Singleline)]
    private static partial Regex Missing();

    [GeneratedRegex("^The JSON value could not be converted to ([^ ]+)\\.(?: |$)")]
    private static partial Regex Kind();
}

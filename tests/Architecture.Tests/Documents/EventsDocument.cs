using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ecs.Contracts;
using Ecs.Contracts.Events;

namespace Ecs.Architecture.Tests.Documents;

/// <summary>docs/events.md: every event, when it is written, its members and an example.</summary>
internal static class EventsDocument
{
    private static readonly JsonSerializerOptions Indented = new(EcsJson.Options) { WriteIndented = true };

    public static string Write()
    {
        var text = new StringBuilder("""
            # Events

            Every fact of the house, as it is stored in the log and published to `ecs.events` ([bus.md](bus.md#events)). Made from the
            code by `infra/docs.sh`; a test keeps it true. Members are only ever added; one that is null is left out. A changed meaning
            is a new event. The examples have every member, with made-up values.


            """);
        foreach (var (name, type) in EventTypes.All.OrderBy(e => e.Key, StringComparer.Ordinal)) Add(text, name, type);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string name, Type type)
    {
        text.Append($"## {name}\n\n{CodeWords.Of(type)}\n\n| member | type | meaning |\n|---|---|---|\n");
        foreach (var member in CodeWords.MembersOf(type))
        {
            text.Append($"| `{member.Name}` | {TypeOf(member)} | {CodeWords.Of(member)} |\n");
        }

        text.Append($"\n```json\n{Samples.Of(type).ToJsonString(Indented)}\n```\n\n");
    }

    private static string TypeOf(JsonPropertyInfo member)
    {
        var type = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
        return Word(type) + (member.IsRequired || !member.IsGetNullable ? "" : ", may be missing");
    }

    private static string Word(Type type) => EcsJson.Options.GetTypeInfo(type) switch
    {
        _ when type == typeof(DateTimeOffset) => "ISO 8601 time",
        _ when type.IsEnum => string.Join(" \\| ", CodeWords.WordsOf(type).Select(word => $"`{word}`")),
        { Kind: JsonTypeInfoKind.Enumerable } list => $"list of {Word(Nullable.GetUnderlyingType(list.ElementType!) ?? list.ElementType!)}",
        { Kind: JsonTypeInfoKind.Dictionary } => "object of texts",
        { Kind: JsonTypeInfoKind.Object } => "object",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(string) => "text",
        _ => "whole number",
    };
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Cli.Endpoint;

namespace Ecs.Cli.Commands;

/// <summary>
/// What one RunTask changes of its containers, from the command line:
/// <c>--override web.command="sleep 10" --override web.env.COLOR=green --override web.memory=64</c>.
/// </summary>
internal static class Overrides
{
    private const string Rule =
        "CONTAINER.command=WORDS, CONTAINER.env.NAME=VALUE, CONTAINER.cpu=N, CONTAINER.memory=N or "
        + "CONTAINER.memoryReservation=N";

    /// <summary>The <c>overrides</c> of RunTask; null where nothing is changed.</summary>
    /// <exception cref="UsageException">A part that cannot be understood.</exception>
    public static JsonNode? Read(IReadOnlyList<string> changes, string? json)
    {
        var overrides = json is null ? new JsonObject() : Parse(json);
        if (changes.Count == 0) return json is null ? null : overrides;

        if (overrides["containerOverrides"] is not JsonArray containers)
        {
            overrides["containerOverrides"] = containers = [];
        }

        foreach (var change in changes) Apply(containers, change);
        return overrides;
    }

    private static void Apply(JsonArray containers, string change)
    {
        var equals = change.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? [] : change[..equals].Split('.', 3);
        var value = equals < 0 ? "" : change[(equals + 1)..];
        if (path.Length < 2 || path[0].Length == 0) throw new UsageException($"--override '{change}': say {Rule}.");

        var container = containers.OfType<JsonObject>().FirstOrDefault(known => Name(known) == path[0]);
        if (container is null) containers.Add(container = new JsonObject { ["name"] = path[0] });
        switch (path)
        {
            case [_, "command"]:
                container["command"] = new JsonArray([.. Words(value, change).Select(word => JsonValue.Create(word))]);
                break;
            case [_, "env" or "environment", { Length: > 0 } name]:
                if (container["environment"] is not JsonArray list) container["environment"] = list = [];
                list.Add(new JsonObject { ["name"] = name, ["value"] = value });
                break;
            case [_, "cpu" or "memory" or "memoryReservation"]:
                container[path[1]] = int.TryParse(value, out var number)
                    ? number
                    : throw new UsageException($"--override '{change}': '{value}' is no whole number.");
                break;
            default:
                throw new UsageException($"--override '{change}': say {Rule}.");
        }
    }

    /// <summary>The words of a command: a JSON list, or text that is split at spaces outside of quotes.</summary>
    public static IReadOnlyList<string> Words(string text, string change)
    {
        if (text.StartsWith('['))
        {
            try
            {
                return JsonSerializer.Deserialize<List<string>>(text)!;
            }
            catch (JsonException)
            {
                throw new UsageException($"--override '{change}': this is no JSON list of words.");
            }
        }

        var words = new List<string>();
        StringBuilder? word = null;
        char? quote = null;
        foreach (var c in text)
        {
            if (c == quote) quote = null;
            else if (quote is null && c is '"' or '\'') (quote, word) = (c, word ?? new StringBuilder());
            else if (quote is not null || !char.IsWhiteSpace(c)) (word ??= new StringBuilder()).Append(c);
            else if (word is not null) (_, word) = (Add(words, word), null);
        }

        if (quote is not null) throw new UsageException($"--override '{change}': the quote {quote} is never closed.");
        if (word is not null) Add(words, word);
        return words;
    }

    private static int Add(List<string> words, StringBuilder word)
    {
        words.Add(word.ToString());
        return words.Count;
    }

    private static string? Name(JsonObject container) =>
        container["name"] is JsonValue name && name.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new UsageException("--overrides must be a JSON object.");
        }
        catch (JsonException malformed)
        {
            throw new UsageException($"--overrides is no JSON: {malformed.Message}");
        }
    }
}

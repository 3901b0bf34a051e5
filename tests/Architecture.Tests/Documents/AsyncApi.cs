using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;

namespace Ecs.Architecture.Tests.Documents;

/// <summary>docs/asyncapi.json: the bus as an AsyncAPI 3 document, from the side of the house.</summary>
internal static class AsyncApi
{
    private static readonly JsonSerializerOptions Indented = new(EcsJson.Options) { WriteIndented = true };

    private static readonly string[] Headers =
    [
        EventHeaders.Position, EventHeaders.Stream, EventHeaders.Version, EventHeaders.Event, EventHeaders.Causation,
        EventHeaders.Correlation, EventHeaders.Actor, EventHeaders.LogTime,
    ];

    public static string Write()
    {
        var events = EventTypes.All.OrderBy(e => e.Key, StringComparer.Ordinal).ToArray();
        var commands = CommandTypes.OnBus.OrderBy(c => c.Name, StringComparer.Ordinal).ToArray();
        var document = new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Ecs.Events",
                ["version"] = "1.0.0",
                ["description"] = "Commands in, events out. docs/bus.md tells what a schema cannot.",
            },
            ["defaultContentType"] = "application/json",
            ["channels"] = Object([
                ("events", Events(events.Select(e => e.Key))),
                ("answers", new JsonObject { ["address"] = null, ["messages"] = Object([("answer", Ref("messages", "answer"))]) }),
                .. commands.Select(c => (c.Name, Channel(Exchanges.Command(c.Name), c.Name)))]),
            ["operations"] = Object([
                ("publish-events", new JsonObject { ["action"] = "send", ["channel"] = Ref("events") }),
                .. commands.Select(c => ($"take-{c.Name}", Take(c)))]),
            ["components"] = new JsonObject
            {
                ["messages"] = Object([
                    ("answer", Message("answer", CodeWords.Of(typeof(Answer)), withHeaders: false)),
                    .. events.Select(e => (e.Key, Message(e.Key, CodeWords.Of(e.Value), withHeaders: true))),
                    .. commands.Select(c => (c.Name, Message(c.Name, CodeWords.Of(c.Type), withHeaders: false)))]),
                ["schemas"] = Object([
                    ("answer", Schema("answer", typeof(Answer))),
                    .. events.Select(e => (e.Key, Schema(e.Key, e.Value))),
                    .. commands.Select(c => (c.Name, Schema(c.Name, c.Type)))]),
            },
        };
        return document.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Events(IEnumerable<string> names) => new()
    {
        ["address"] = "{kind}.{event}.{cluster}.{region}.{account}",
        ["parameters"] = Object([.. new[] { "kind", "event", "cluster", "region", "account" }
            .Select(name => (name, new JsonObject()))]),
        ["messages"] = Object([.. names.Select(name => (name, Ref("messages", name)))]),
        ["bindings"] = Binding(Exchanges.Events, "topic"),
    };

    private static JsonObject Channel(string exchange, string message) => new()
    {
        ["address"] = exchange,
        ["messages"] = Object([(message, Ref("messages", message))]),
        ["bindings"] = Binding(exchange, "fanout"),
    };

    private static JsonObject Take(CommandType command) => new()
    {
        ["action"] = "receive",
        ["channel"] = Ref(command.Name),
        ["summary"] = (command.IsQuery ? "A query, answered by the " : "A command, decided by the ") + command.Service + ".",
        ["reply"] = new JsonObject
        {
            ["address"] = new JsonObject { ["location"] = "$message.header#/reply_to" },
            ["channel"] = Ref("answers"),
        },
    };

    private static JsonObject Message(string name, string summary, bool withHeaders)
    {
        var message = new JsonObject
        {
            ["name"] = name,
            ["summary"] = summary,
            ["payload"] = new JsonObject { ["$ref"] = $"#/components/schemas/{name}" },
        };
        if (withHeaders)
        {
            message["headers"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = Object([.. Headers.Select(header => (header, new JsonObject()))]),
            };
        }

        return message;
    }

    private static JsonNode Schema(string name, Type type)
    {
        var schema = EcsJson.Options.GetJsonSchemaAsNode(type);
        Rebase(schema, $"#/components/schemas/{name}");
        return schema;
    }

    // The exporter's references begin at the schema's own root.
    private static void Rebase(JsonNode? node, string root)
    {
        if (node is JsonArray list) foreach (var item in list) Rebase(item, root);
        if (node is not JsonObject schema) return;
        foreach (var (_, member) in schema) Rebase(member, root);
        if (schema["$ref"]?.ToString() is { } reference) schema["$ref"] = root + reference[1..];
    }

    private static JsonObject Binding(string exchange, string type) => new()
    {
        ["amqp"] = new JsonObject
        {
            ["is"] = "routingKey",
            ["exchange"] = new JsonObject { ["name"] = exchange, ["type"] = type, ["durable"] = true, ["autoDelete"] = false },
        },
    };

    private static JsonObject Ref(string channel) => new() { ["$ref"] = $"#/channels/{channel}" };

    private static JsonObject Ref(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    private static JsonObject Object<T>(IEnumerable<(string Name, T Value)> members)
        where T : JsonNode =>
        new(members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Value)));
}

using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary>Attributes of container instances, which placement constraints and filters ask for.</summary>
internal static class AttributeCommands
{
    // The one kind of thing that has attributes in ECS.
    private const string TargetType = "container-instance";

    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) => [Put(line), Delete(line), List(line)];

    private static Command Put(EcsCommandLine line) => Change(
        line,
        new Command("put-attributes", "Give an instance attributes, or other values for those it has."),
        "NAME=VALUE, or a name alone; 1 to 10 of them.",
        "PutAttributes");

    private static Command Delete(EcsCommandLine line) => Change(
        line,
        new Command("delete-attributes", "Take attributes from an instance."),
        "NAME, or NAME=VALUE to take it only if it has this value; 1 to 10 of them.",
        "DeleteAttributes");

    private static Command Change(EcsCommandLine line, Command command, string about, string operation)
    {
        var id = new Argument<string>("container-instance")
        {
            Description = "Its id, the first characters of it, or its ARN.",
        };
        var attributes = new Argument<string[]>("attributes")
        {
            Description = about,
            Arity = ArgumentArity.OneOrMore,
        };
        var cluster = Options.Cluster();
        command.Arguments.Add(id);
        command.Arguments.Add(attributes);
        command.Options.Add(cluster);
        return line.Runs(command, async (session, parsed) =>
        {
            var name = parsed.GetValue(cluster);
            var whole = (await ShortIds.InstancesAsync(session, name, [parsed.GetValue(id)!]))[0];
            var reply = await session.CallAsync(
                operation,
                ("cluster", name),
                ("attributes", new JsonArray([.. parsed.GetValue(attributes)!.Select(text => Read(text, whole))])));
            if (session.Json) session.Screen.Json(reply);
            else Show(session, reply.Many<AttributeView>("attributes"));
            return ExitCodes.Done;
        });
    }

    private static Command List(EcsCommandLine line)
    {
        var cluster = Options.Cluster();
        var named = new Option<string?>("--attribute-name", "--name") { Description = "Only attributes of this name." };
        var valued = new Option<string?>("--attribute-value", "--value")
        {
            Description = "Only attributes of this value; needs a name.",
        };
        var command = new Command("list-attributes", "List the attributes of a cluster's instances.")
        {
            cluster, named, valued,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var attributes = await session.ListAsync<JsonElement>(
                "ListAttributes",
                "attributes",
                ("cluster", parsed.GetValue(cluster)),
                ("targetType", TargetType),
                ("attributeName", parsed.GetValue(named)),
                ("attributeValue", parsed.GetValue(valued)));
            if (session.Json)
            {
                session.Screen.Json(JsonSerializer.SerializeToElement(new { attributes }));
                return ExitCodes.Done;
            }

            if (attributes.Count == 0) session.Screen.Note("No attributes: ecs put-attributes INSTANCE NAME=VALUE");
            Show(session, [.. attributes.Select(one => one.Deserialize<AttributeView>(Views.Reading)!)]);
            return ExitCodes.Done;
        });
    }

    private static JsonObject Read(string text, string target)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var attribute = new JsonObject
        {
            ["name"] = equals < 0 ? text : text[..equals],
            ["targetType"] = TargetType,
            ["targetId"] = target,
        };
        if (equals >= 0) attribute["value"] = text[(equals + 1)..];
        return attribute;
    }

    private static void Show(Session session, IReadOnlyList<AttributeView> attributes)
    {
        if (attributes.Count == 0) return;

        var table = new Listing("INSTANCE", "ATTRIBUTE", "VALUE");
        foreach (var attribute in attributes)
        {
            table.AddRow(
                $"[bold]{Words.Safe(Words.Short(attribute.TargetId))}[/]",
                Words.Safe(attribute.Name),
                Words.Safe(attribute.Value ?? "-"));
        }

        session.Screen.Show(table);
    }
}

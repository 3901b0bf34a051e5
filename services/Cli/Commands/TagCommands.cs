using System.CommandLine;
using System.Text.Json.Nodes;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary>Tags of clusters, tasks, container instances and revisions of task definitions.</summary>
internal static class TagCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) => [Tag(line), Untag(line), List(line)];

    /// <summary>The option of commands that make something.</summary>
    public static Option<string[]> Option() => new("--tag")
    {
        Description = "A tag of what is made. May be given several times.",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Tags as ECS's JSON; null for none.</summary>
    public static JsonArray? Json(string[] tags) =>
        tags.Length == 0 ? null : new JsonArray([.. tags.Select(text => Read(text))]);

    /// <summary>What Describe operations are asked for, so that they show tags.</summary>
    public static JsonArray Include() => new("TAGS");

    /// <summary>Tags in one line, for a person; empty for none.</summary>
    public static string Text(IReadOnlyList<TagView> tags) =>
        Words.Safe(string.Join(", ", tags.Select(tag => tag.Value is "" ? tag.Key : $"{tag.Key}={tag.Value}")));

    private static Command Tag(EcsCommandLine line)
    {
        var arn = Resource();
        var tags = new Argument<string[]>("tags")
        {
            Description = "KEY=VALUE, or a key alone; 1 to 50 of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("tag-resource", "Give a resource tags, or other values for those it has.")
        {
            arn, tags,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var resource = parsed.GetValue(arn);
            var reply = await session.CallAsync(
                "TagResource", ("resourceArn", resource), ("tags", Json(parsed.GetValue(tags)!)));
            if (session.Json) session.Screen.Json(reply);
            else await ShowAsync(session, resource);
            return ExitCodes.Done;
        });
    }

    private static Command Untag(EcsCommandLine line)
    {
        var arn = Resource();
        var keys = new Argument<string[]>("tag-keys")
        {
            Description = "Keys of the tags to take; 1 to 50 of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("untag-resource", "Take tags from a resource.") { arn, keys };
        return line.Runs(command, async (session, parsed) =>
        {
            var resource = parsed.GetValue(arn);
            var reply = await session.CallAsync(
                "UntagResource", ("resourceArn", resource), ("tagKeys", Session.Names(parsed.GetValue(keys)!)));
            if (session.Json) session.Screen.Json(reply);
            else await ShowAsync(session, resource);
            return ExitCodes.Done;
        });
    }

    private static Command List(EcsCommandLine line)
    {
        var arn = Resource();
        var command = new Command("list-tags-for-resource", "List the tags of a resource.") { arn };
        return line.Runs(command, async (session, parsed) =>
        {
            await ShowAsync(session, parsed.GetValue(arn));
            return ExitCodes.Done;
        });
    }

    private static Argument<string> Resource() => new("resource-arn")
    {
        Description = "The ARN of a cluster, task, container instance or task definition with its revision.",
    };

    private static async Task ShowAsync(Session session, string? arn)
    {
        var reply = await session.CallAsync("ListTagsForResource", ("resourceArn", arn));
        if (session.Json)
        {
            session.Screen.Json(reply);
            return;
        }

        var tags = reply.Many<TagView>("tags");
        if (tags.Count == 0)
        {
            session.Screen.Note("No tags: ecs tag-resource ARN KEY=VALUE");
            return;
        }

        var table = new Listing("TAG", "VALUE");
        foreach (var tag in tags)
        {
            table.AddRow($"[bold]{Words.Safe(tag.Key)}[/]", Words.Safe(tag.Value is "" ? "-" : tag.Value));
        }

        session.Screen.Show(table);
    }

    private static JsonObject Read(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? new JsonObject { ["key"] = text }
            : new JsonObject { ["key"] = text[..equals], ["value"] = text[(equals + 1)..] };
    }
}

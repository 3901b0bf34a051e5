using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary>Settings of clusters and of accounts.</summary>
internal static class SettingCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) => [Cluster(line), Put(line), List(line)];

    private static Command Cluster(EcsCommandLine line)
    {
        var cluster = new Argument<string>("cluster") { Description = "Name or ARN." };
        var name = Name();
        var value = Value();
        var command = new Command("update-cluster-settings", "Change a setting of a cluster.") { cluster, name, value };
        return line.Runs(command, async (session, parsed) =>
        {
            var setting = new JsonObject { ["name"] = parsed.GetValue(name), ["value"] = parsed.GetValue(value) };
            var reply = await session.CallAsync(
                "UpdateClusterSettings",
                ("cluster", parsed.GetValue(cluster)),
                ("settings", new JsonArray(setting)));
            if (session.Json) session.Screen.Json(reply);
            else Show(session, reply.GetProperty("cluster").Many<SettingView>("settings"));
            return ExitCodes.Done;
        });
    }

    private static Command Put(EcsCommandLine line)
    {
        var name = Name();
        var value = Value();
        var principal = Principal();
        var all = new Option<bool>("--default") { Description = "For all of the account that have none of their own." };
        var command = new Command("put-account-setting", "Change a setting of an account.")
        {
            name, value, principal, all,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) && result.GetValue(principal) is not null)
            {
                result.AddError("--default or --principal-arn, not both.");
            }
        });
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.CallAsync(
                parsed.GetValue(all) ? "PutAccountSettingDefault" : "PutAccountSetting",
                ("name", parsed.GetValue(name)),
                ("value", parsed.GetValue(value)),
                ("principalArn", parsed.GetValue(principal)));
            if (session.Json) session.Screen.Json(reply);
            else Show(session, [reply.One<SettingView>("setting")]);
            return ExitCodes.Done;
        });
    }

    private static Command List(EcsCommandLine line)
    {
        var principal = Principal();
        var own = new Option<bool>("--own") { Description = "Only what was set for the principal itself." };
        var command = new Command("list-account-settings", "List what holds for a principal of an account.")
        {
            principal, own,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var settings = new List<JsonElement>();
            string? next = null;
            do
            {
                // ECS's pages of settings are smaller than those of other lists.
                var reply = await session.CallAsync(
                    "ListAccountSettings",
                    ("principalArn", parsed.GetValue(principal)),
                    ("effectiveSettings", !parsed.GetValue(own)),
                    ("nextToken", next));
                settings.AddRange(reply.Many<JsonElement>("settings"));
                next = reply.TryGetProperty("nextToken", out var token) ? token.GetString() : null;
            }
            while (next is not null);

            if (session.Json) session.Screen.Json(JsonSerializer.SerializeToElement(new { settings }));
            else Show(session, [.. settings.Select(one => one.Deserialize<SettingView>(Views.Reading)!)]);
            return ExitCodes.Done;
        });
    }

    private static Argument<string> Name() => new("name") { Description = "ECS's name, such as containerInsights." };

    private static Argument<string> Value() => new("value") { Description = "The value, such as enabled." };

    private static Option<string?> Principal() => new("--principal-arn")
    {
        Description = "Whom it is for; else whoever asks.",
        HelpName = "ARN",
    };

    private static void Show(Session session, IReadOnlyList<SettingView> settings)
    {
        if (settings.Count == 0)
        {
            session.Screen.Note("Nothing was set.");
            return;
        }

        var table = new Listing("SETTING", "VALUE", "FOR");
        foreach (var setting in settings)
        {
            table.AddRow(
                $"[bold]{Words.Safe(setting.Name)}[/]",
                Words.Safe(setting.Value),
                Words.Safe(setting.PrincipalArn ?? "-"));
        }

        session.Screen.Show(table);
    }
}

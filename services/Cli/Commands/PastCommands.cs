using System.CommandLine;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs state</c> and <c>ecs diff</c>: what there was at a moment, and what became different.</summary>
internal static class PastCommands
{
    private const string Moment = "a position of the log, or a time such as 2026-11-22T14:05:00Z";

    // Differing members that one line names; --json has them all.
    private const int MaxFields = 4;

    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) => [State(line), Diff(line)];

    /// <summary>Where a range of the log begins or ends.</summary>
    public static Option<string> Edge(string name, string what) => new(name)
    {
        Description = $"{what}: {Moment}.",
        Required = true,
    };

    private static Command State(EcsCommandLine line)
    {
        var at = Edge("--at", "The moment");
        var cluster = Options.Cluster();
        cluster.Description = "Only this cluster, by name or ARN; all of the account and region where it is left out.";
        var command = new Command("state", "Tell what there was at a moment: clusters, instances, tasks.")
        {
            at, cluster,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.Endpoint.GetAsync(
                $"state?at={Uri.EscapeDataString(parsed.GetValue(at)!)}{Scope(session, parsed.GetValue(cluster))}",
                session.Cancel);
            if (session.Json) session.Screen.Json(reply);
            else Show(session, reply);
            return ExitCodes.Done;
        });
    }

    private static Command Diff(EcsCommandLine line)
    {
        var from = Edge("--from", "Where it begins");
        var to = Edge("--to", "Where it ends");
        var cluster = Options.Cluster();
        cluster.Description = "Only this cluster, by name or ARN; all of the account and region where it is left out.";
        var command = new Command("diff", "Tell what became different between two moments, and by which commands.")
        {
            from, to, cluster,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var reply = await session.Endpoint.GetAsync(
                $"diff?from={Uri.EscapeDataString(parsed.GetValue(from)!)}"
                + $"&to={Uri.EscapeDataString(parsed.GetValue(to)!)}{Scope(session, parsed.GetValue(cluster))}",
                session.Cancel);
            if (session.Json) session.Screen.Json(reply);
            else ShowDiff(session, reply);
            return ExitCodes.Done;
        });
    }

    private static string Scope(Session session, string? cluster)
    {
        var scope = $"&region={session.Endpoint.Caller.Region}";
        return cluster is null ? scope : $"{scope}&cluster={Uri.EscapeDataString(cluster)}";
    }

    private static void Show(Session session, JsonElement reply)
    {
        session.Screen.Line(
            $"[grey]as of position[/] [bold]{reply.GetProperty("position")}[/]{Time(reply, "logTime")}");
        if (reply.TryGetProperty("what", out var what)) session.Screen.Line(Words.Safe(what.GetString()));

        session.Screen.Line("");
        ClusterTable(session, reply.Many<ClusterView>("clusters"));
        var instances = reply.Many<InstanceView>("containerInstances");
        if (instances.Count > 0) session.Screen.Line("");
        InstanceTables.List(session, instances);
        var tasks = reply.Many<TaskView>("tasks");
        if (tasks.Count > 0) session.Screen.Line("");
        TaskTables.List(session, tasks, TimeOf(reply, "logTime"));
        More(session, reply, "taskCount", tasks.Count, "tasks");
        More(session, reply, "instanceCount", instances.Count, "container instances");
    }

    private static void ClusterTable(Session session, IReadOnlyList<ClusterView> clusters)
    {
        if (clusters.Count == 0) return;

        var table = new Listing("CLUSTER", "STATUS", "INSTANCES", "RUNNING", "PENDING");
        foreach (var cluster in clusters)
        {
            table.AddRow(
                $"[bold]{Words.Safe(cluster.ClusterName)}[/]",
                Words.Status(cluster.Status),
                $"{cluster.RegisteredContainerInstancesCount}",
                $"{cluster.RunningTasksCount}",
                $"{cluster.PendingTasksCount}");
        }

        session.Screen.Show(table);
    }

    private static void ShowDiff(Session session, JsonElement reply)
    {
        session.Screen.Line(
            $"[grey]from position[/] [bold]{reply.GetProperty("from")}[/]{Time(reply, "fromTime")} "
            + $"[grey]to[/] [bold]{reply.GetProperty("to")}[/]{Time(reply, "toTime")}");
        foreach (var kind in new[] { "started", "stopped", "moved", "changed" })
        {
            var entries = reply.GetProperty(kind).Many<DiffEntry>("entries");
            session.Screen.Line("");
            session.Screen.Line($"[bold]{kind}[/] {reply.GetProperty(kind).GetProperty("count")}");
            if (entries.Count == 0) continue;

            var table = new Listing("POSITION", "OF", "BY", "WHAT");
            foreach (var entry in entries)
            {
                table.AddRow(
                    $"{entry.Position}",
                    $"[bold]{Words.Safe(Words.KindAndName(entry.Of))}[/]",
                    Words.Safe(By(entry)),
                    Words.Safe(entry.What + Fields(entry)));
            }

            session.Screen.Show(table);
            More(session, reply.GetProperty(kind), "count", entries.Count, kind);
        }
    }

    private static string By(DiffEntry entry) => entry.Command is { Name: { } name, Id: { } id }
        ? $"{Words.Actor(entry.Actor)}, {name} {id}"
        : Words.Actor(entry.Actor);

    private static string Fields(DiffEntry entry)
    {
        if (entry.Fields is not { Count: > 0 } fields) return "";

        var named = string.Join(", ", fields.Take(MaxFields).Select(
            field => $"{field.Path} {field.Before ?? "-"} → {field.After ?? "-"}"));
        return fields.Count <= MaxFields ? $" ({named})" : $" ({named} and {fields.Count - MaxFields} more)";
    }

    private static string Time(JsonElement reply, string member) =>
        TimeOf(reply, member) is { } time ? $" [grey]({Words.Moment(time)})[/]" : "";

    private static DateTimeOffset? TimeOf(JsonElement reply, string member) =>
        reply.TryGetProperty(member, out var time) ? time.GetDateTimeOffset() : null;

    private static void More(Session session, JsonElement reply, string count, int shown, string what)
    {
        if (reply.GetProperty(count).GetInt32() is var all && all > shown)
        {
            session.Screen.Note($"{shown} of {all} {what} are shown.");
        }
    }

    private sealed record DiffEntry(
        string Of, string What, long Position, string? Actor, HistoryCause? Command, IReadOnlyList<DiffField>? Fields);

    private sealed record DiffField(string Path, string? Before, string? After);
}

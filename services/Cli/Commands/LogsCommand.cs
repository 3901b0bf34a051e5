using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ecs.Cli.Endpoint;
using Ecs.Contracts.Agents;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs logs</c>: what a task's containers wrote, and as they write it.</summary>
internal static partial class LogsCommand
{
    /// <summary>The command.</summary>
    public static Command Make(EcsCommandLine line)
    {
        var task = new Argument<string>("task") { Description = "The task's id, its beginning, or its ARN." };
        var containers = new Argument<string[]>("containers")
        {
            Description = "Only these containers; all of the task where none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var cluster = Options.Cluster();
        var follow = new Option<bool>("--follow", "-f") { Description = "Stay, and print lines as they are written." };
        var tail = new Option<int?>("--tail", "-n") { Description = "Only so many of each container's last lines." };
        var since = new Option<string?>("--since")
        {
            Description = "Only what was written since 2026-11-25T16:00:00Z, or so long ago: 45s, 10m, 1h30m, 2d.",
        };
        var timestamps = new Option<bool>("--timestamps", "-t") { Description = "Print each line's time." };
        var command = new Command(
            "logs",
            "Print what a task's containers wrote; of a stopped task as long as its containers are kept. "
            + "With --json as JSON lines that name container and stream.")
        {
            task, containers, cluster, follow, tail, since, timestamps,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var named = parsed.GetValue(containers)!;
            var inCluster = parsed.GetValue(cluster);
            var id = (await ShortIds.TasksAsync(session, inCluster, [parsed.GetValue(task)!]))[0];
            var query = new StringBuilder($"logs/{Escape(id)}?follow={(parsed.GetValue(follow) ? "true" : "false")}");
            if (inCluster is not null) query.Append(CultureInfo.InvariantCulture, $"&cluster={Escape(inCluster)}");
            if (parsed.GetValue(tail) is { } most) query.Append(CultureInfo.InvariantCulture, $"&tail={most}");
            if (parsed.GetValue(since) is { } from)
            {
                query.Append(CultureInfo.InvariantCulture, $"&since={Escape($"{Moment(from, session.Now):O}")}");
            }

            foreach (var name in named) query.Append(CultureInfo.InvariantCulture, $"&container={Escape(name)}");
            return await PrintAsync(session, $"{query}", await WritingAsync());

            async Task<LogWriting?> WritingAsync() => session.Json
                ? null
                : new LogWriting(
                    session.Screen, await NamesAsync(session, inCluster, id, named), parsed.GetValue(timestamps));
        });
    }

    private static async Task<int> PrintAsync(Session session, string path, LogWriting? writing)
    {
        try
        {
            await foreach (var text in session.Endpoint.LinesAsync(path, session.Cancel))
            {
                ThrowIfFailed(text);
                if (writing is null) session.Screen.Raw(text);
                else writing.Take(JsonSerializer.Deserialize<LogLine>(text, Views.Reading)!);
            }

            return ExitCodes.Done;
        }
        finally
        {
            // However it ends: a line whose last piece never came was written all the same.
            writing?.Finish();
        }
    }

    // A line of a container never begins so: its first member is its container.
    private static void ThrowIfFailed(string text)
    {
        if (!text.StartsWith("{\"error\":", StringComparison.Ordinal)) return;

        using var document = JsonDocument.Parse(text);
        var error = document.RootElement.GetProperty("error");
        var (type, message) = (error.GetProperty("type").GetString()!, error.GetProperty("message").GetString()!);
        if (type is "AgentUnavailableException") throw new NotReachableException($"{type}: {message}");

        throw new RefusedException(type, message, null);
    }

    // The names that may come: they give the prefix its width and colours. Without any the service says what is wrong.
    private static async Task<IReadOnlyList<string>> NamesAsync(
        Session session, string? cluster, string task, string[] named)
    {
        if (named.Length > 0) return named;

        var (tasks, _) = await session.DescribeAsync<TaskNames>("DescribeTasks", "tasks", [task], ("cluster", cluster));
        return tasks is [var one] ? [.. one.Containers.Select(container => container.Name)] : [];
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static DateTimeOffset Moment(string text, DateTimeOffset now)
    {
        var match = Ago().Match(text);
        if (match.Success && text.Length > 0)
        {
            return now - TimeSpan.FromDays(Part("d")) - TimeSpan.FromHours(Part("h"))
                - TimeSpan.FromMinutes(Part("m")) - TimeSpan.FromSeconds(Part("s"));
        }

        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var moment)
                ? moment.ToUniversalTime()
                : throw new UsageException($"--since '{text}' is neither a time nor so long ago as 10m or 1h30m.");

        double Part(string name) =>
            match.Groups[name] is { Success: true } group
                ? double.Parse(group.ValueSpan, CultureInfo.InvariantCulture)
                : 0;
    }

    [GeneratedRegex(
        @"^((?<d>[0-9]{1,5})d)?((?<h>[0-9]{1,6})h)?((?<m>[0-9]{1,7})m)?((?<s>[0-9]{1,9})s)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Ago();

    private sealed record TaskNames(IReadOnlyList<ContainerName> Containers);

    private sealed record ContainerName(string Name);
}

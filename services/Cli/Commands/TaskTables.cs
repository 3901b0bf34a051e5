using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Spectre.Console;

namespace Ecs.Cli.Commands;

/// <summary>Tasks for a person.</summary>
internal static class TaskTables
{
    /// <summary>One line for each task.</summary>
    /// <param name="session">The run of the tool.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="at">When they were so, which their ages are told at; null for now.</param>
    public static void List(Session session, IReadOnlyList<TaskView> tasks, DateTimeOffset? at = null)
    {
        if (tasks.Count == 0) return;

        string[] health = tasks.Any(task => Words.IsHealth(task.HealthStatus)) ? ["HEALTH"] : [];
        var table = new Listing(
            ["TASK", "DEFINITION", "STATUS", .. health, "AGE", "INSTANCE", "PORTS", "REASON"]);
        foreach (var task in tasks.OrderBy(task => task.CreatedAt))
        {
            table.AddRow(
            [
                $"[bold]{Words.Safe(Words.Short(task.TaskArn))}[/]",
                Words.Safe(Words.Name(task.TaskDefinitionArn)),
                Words.Status(task.LastStatus),
                .. health.Select(_ => Words.Health(task.HealthStatus)),
                Words.Age(task.CreatedAt, at ?? session.Now),
                Words.Safe(Words.Short(task.ContainerInstanceArn)),
                Words.Safe(task.IsStopped ? "-" : Ports(task.Containers)),
                Words.Safe(task.StoppedReason ?? "-"),
            ]);
        }

        session.Screen.Show(table);
    }

    /// <summary>All of each task.</summary>
    public static void Describe(Session session, IReadOnlyList<TaskView> tasks)
    {
        foreach (var task in tasks)
        {
            session.Screen.Show(Blocks.Facts(Facts(session, task)));
            session.Screen.Line("");
            session.Screen.Show(Containers(task));
            if (task != tasks[^1]) session.Screen.Line("");
        }
    }

    /// <summary>The containers of one task.</summary>
    public static Listing Containers(TaskView task)
    {
        string[] health = task.Containers.Any(one => Words.IsHealth(one.HealthStatus)) ? ["HEALTH"] : [];
        var table = new Listing(["CONTAINER", "STATUS", .. health, "PORTS", "IMAGE", "EXIT", "REASON"]);
        foreach (var container in task.Containers)
        {
            var failed = container.ExitCode is not (null or 0);
            table.AddRow(
            [
                $"[bold]{Words.Safe(container.Name)}[/]",
                Words.Status(container.LastStatus),
                .. health.Select(_ => Words.Health(container.HealthStatus)),
                Words.Safe(Ports([container])),
                Words.Safe(container.Image),
                container.ExitCode is { } code ? failed ? $"[red]{code}[/]" : $"{code}" : "-",
                container.Reason is null ? "-" : $"[red]{Words.Safe(container.Reason)}[/]",
            ]);
        }

        return table;
    }

    /// <summary>The ports of the instance that lead into these containers.</summary>
    public static string Ports(IReadOnlyList<ContainerView> containers)
    {
        var ports = containers.SelectMany(container => container.NetworkBindings)
            .Select(binding => $"{binding.HostPortRange ?? $"{binding.HostPort}"}->"
                + (binding.ContainerPortRange ?? $"{binding.ContainerPort}")
                + (binding.Protocol is "tcp" ? "" : "/" + binding.Protocol))
            .Distinct(StringComparer.Ordinal);
        return string.Join(' ', ports) is { Length: > 0 } text ? text : "-";
    }

    private static IEnumerable<(string, string)> Facts(Session session, TaskView task) =>
    [
        ("task", $"[bold]{Words.Safe(Words.Name(task.TaskArn))}[/]"),
        ("status", task.DesiredStatus is "STOPPED" && !task.IsStopped
            ? Words.Status(task.LastStatus) + ", to be " + Words.Status(task.DesiredStatus)
            : Words.Status(task.LastStatus)),
        ("reason", Words.Safe(task.StoppedReason is null ? "" : $"{task.StoppedReason} ({task.StopCode})")),
        ("definition", Words.Safe(Words.Name(task.TaskDefinitionArn))),
        ("cluster", Words.Safe(Words.Name(task.ClusterArn))),
        ("instance", Words.Safe(Words.Name(task.ContainerInstanceArn))),
        ("reserved", $"{Words.Safe(task.Cpu)} cpu units, {Words.Safe(task.Memory)} MiB"),
        ("group", Words.Safe(task.Group)),
        ("started by", Words.Safe(task.StartedBy)),
        ("tags", TagCommands.Text(task.Tags)),
        ("created", Moment(session, task.CreatedAt)),
        ("started", Moment(session, task.StartedAt)),
        ("stopped", Moment(session, task.StoppedAt)),
        ("arn", Words.Safe(task.TaskArn)),
    ];

    private static string Moment(Session session, DateTimeOffset? time) =>
        time is null ? "" : $"{Words.Time(time)} [grey]({Words.Age(time, session.Now)} ago)[/]";
}

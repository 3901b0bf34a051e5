using Ecs.Cli.Commands;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Progress;

/// <summary>What changed between two looks at the same tasks, as lines for a log.</summary>
internal static class TaskChanges
{
    /// <summary>One line for each task or container whose status is another than before.</summary>
    /// <param name="before">The tasks as they were seen before.</param>
    /// <param name="now">The tasks as they are.</param>
    /// <param name="why">Why those wait that wait for room, where that is known.</param>
    public static IEnumerable<string> Lines(
        IReadOnlyList<TaskView> before, IReadOnlyList<TaskView> now, string? why = null)
    {
        foreach (var task in now)
        {
            var earlier = before.FirstOrDefault(known => known.TaskArn == task.TaskArn);
            var id = Words.Short(task.TaskArn);
            foreach (var container in task.Containers)
            {
                var was = earlier?.Containers.FirstOrDefault(known => known.Name == container.Name)?.LastStatus;
                var isNothingNew = was == container.LastStatus
                    || (was is null or "PROVISIONING" && container.LastStatus is "PENDING" or "PROVISIONING");
                if (isNothingNew) continue;

                yield return Words.Clean($"{id}  {container.Name} {container.LastStatus}{Detail(container)}");
            }

            if (earlier?.LastStatus != task.LastStatus)
            {
                var reason = (task.StoppedReason ?? (task.IsWaiting ? why : null)) is { } text ? $": {text}" : "";
                yield return Words.Clean($"{id}  {Words.Name(task.TaskDefinitionArn)} {task.LastStatus}{reason}");
            }
        }
    }

    private static string Detail(ContainerView container)
    {
        var ports = TaskTables.Ports([container]);
        var detail = container switch
        {
            { Reason: { } reason, ExitCode: { } code } => $" (exit {code}: {reason})",
            { Reason: { } reason } => $" ({reason})",
            { ExitCode: { } code } => $" (exit {code})",
            _ => "",
        };
        return container.LastStatus is "RUNNING" && ports != "-" ? $" {ports}{detail}" : detail;
    }
}

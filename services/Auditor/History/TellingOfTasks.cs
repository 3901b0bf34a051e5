using System.Globalization;
using Ecs.Auditor.Explaining;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.History;

internal static class TellingOfTasks
{
    public static string Placed(TaskPlaced e)
    {
        var overridden = e.Overrides.ContainerOverrides.Count > 0 || e.Overrides.Cpu is not null
            || e.Overrides.Memory is not null ? ", with overrides" : "";
        var startedBy = e.StartedBy is null ? "" : $", started by {e.StartedBy}";
        var passed = e.Choice.Passed switch
        {
            null or 0 => "",
            1 => ", past 1 task that waits for more room",
            { } many => Words.Of($", past {many} tasks that wait for more room"),
        };
        var chosen = e.Choice.Rule is TaskExplaining.Named
            ? "(named by the caller)"
            : Words.Of($"({e.Choice.Rule}, {e.Choice.Considered} looked at{passed})");
        return $"{Words.Short(e.TaskDefinitionArn)} placed on instance {Words.Short(e.ContainerInstanceArn)} {chosen}, "
            + $"reserves {PlacementWords.Needs(e.Reserved)}{overridden}{startedBy}";
    }

    public static string Queued(TaskQueued e) =>
        $"{Words.Short(e.TaskDefinitionArn)} found no room and waits for it until {Words.Clock(e.WaitsUntil)}"
        + (e.Account is { } account ? $": {PlacementWords.Why(account)}" : "");

    public static string PlacementFailed(TaskPlacementFailed e)
    {
        var reasons = Words.List(
            e.Failures.Select(f => (f.Arn is null ? "" : $"{Words.Short(f.Arn)}: ") + f.Reason
                + (f.Detail is null ? "" : $" ({f.Detail})")),
            "; ");
        var why = e switch
        {
            { AccountIn: { } version } => Words.Of($"as refused before, at version {version} of the cluster"),
            { Account: { } account } => PlacementWords.Why(account),
            _ => reasons,
        };
        return $"no room for {PlacementWords.Tasks(e.Count)} of {Words.Short(e.TaskDefinitionArn)}: {why}";
    }

    public static string Progressed(TaskProgressed e)
    {
        var pulled = (e.PullStartedAt, e.PullStoppedAt) switch
        {
            ({ } from, { } to) => $"images pulled in {Words.Time(to - from)}",
            ({ }, null) => "pulls its images",
            (null, { }) => "images pulled",
            _ => null,
        };
        var containers = e.Containers.Count > 0 ? Words.List(e.Containers.Select(Now)) : null;
        var parts = new[] { pulled, containers, Healths(e) }.Where(part => part is not null);
        return string.Join("; ", parts) is { Length: > 0 } text ? text : "progressed";
    }

    public static string Running(TaskRunning e)
    {
        var ports = e.Containers.SelectMany(c => c.NetworkBindings.Select(binding => $"{c.Name} at {Led(binding)}"));
        var running = Words.List(ports) is { Length: > 0 } bound ? $"RUNNING: {bound}" : "RUNNING";
        // Its end may have been told with nothing else: a level that a later one overtook is not told.
        var pulled = e.Containers.Where(container => container.Pull is { StoppedAt: not null })
            .Select(container => $"; {container.Name} {Pulled(container.Pull!)}");
        return running + string.Concat(pulled) + (Healths(e) is { } healths ? $"; {healths}" : "");
    }

    // A health that came with something else is told of in that event alone.
    private static string? Healths(TaskReported e) =>
        Words.List(e.Containers.Where(c => c.Health is { } and not ContainerHealth.Unknown).Select(Health))
            is { Length: > 0 } text ? text : null;

    private static string Health(ContainerObservation container) =>
        $"{container.Name} is {EcsJson.Word(container.Health ?? ContainerHealth.Unknown)}";

    private static string Led(NetworkBinding binding)
    {
        var host = binding.HostPortRange ?? Words.Of($"{binding.HostPort}");
        var inside = binding.ContainerPortRange ?? Words.Of($"{binding.ContainerPort}");
        return $"{binding.BindIP}:{host} -> {inside}/{binding.Protocol}";
    }

    public static string HealthChanged(TaskHealthChanged e) =>
        Words.List(e.Containers.Select(Health))
        + $"; the task's health is {EcsJson.Word(e.HealthStatus)}";

    public static string Restarted(TaskContainersRestarted e) => Words.List(e.Containers.Select(c =>
    {
        var exit = c.Restart?.ExitCode is { } code ? Words.Of($" after exit code {code}") : "";
        var reason = c.Restart?.Reason is { } why ? $" ({why})" : "";
        return Words.Of($"{c.Name} was started again{exit}{reason}, restart {c.Restart?.Count} of it");
    }));

    public static string Stopping(TaskStopping e) => $"is to stop, {EcsJson.Word(e.StopCode)}: {e.Reason}" + Ended(e);

    public static string Stopped(TaskStopped e) => $"STOPPED, {EcsJson.Word(e.StopCode)}: {e.Reason}" + Ended(e);

    public static string ExecuteCommandStarted(ExecuteCommandStarted e)
    {
        var how = (e.Interactive, e.Tty) switch
        {
            (true, true) => ", interactive, with a terminal",
            (true, false) => ", interactive",
            (false, true) => ", with a terminal",
            _ => "",
        };
        return $"command in {e.ContainerName} started{how}: {string.Join(' ', e.CommandLine)}";
    }

    public static string ExecuteCommandEnded(ExecuteCommandEnded e)
    {
        var exit = e.ExitCode is { } code ? Words.Of($" with exit code {code}") : "";
        return $"command in {e.ContainerName} ended{exit}{(e.Reason is null ? "" : $": {e.Reason}")}";
    }

    private static string Ended(TaskReported e)
    {
        var ended = e.Containers
            .Where(container => container.Status is LifecycleStatus.Stopped || container.Reason is not null)
            .Select(Now);
        return Words.List(ended) is { Length: > 0 } text ? $"; {text}" : "";
    }

    private static string Now(ContainerObservation container)
    {
        if (container is { Status: < LifecycleStatus.Running, Reason: null, Pull: { } pull })
        {
            return $"{container.Name} {Pulled(pull)}";
        }

        var exit = container.ExitCode is { } code ? Words.Of($" with exit code {code}") : "";
        var reason = container.Reason is null ? "" : $" ({container.Reason})";
        return $"{container.Name} is {EcsJson.Word(container.Status)}{exit}{reason}";
    }

    private static string Pulled(ImagePull pull) => pull.StoppedAt is { } stopped
        ? Words.Of($"pulled {pull.Image}: {pull.Layers} layers, {Megabytes(pull.Bytes)} MB in ")
            + Words.Time(stopped - pull.StartedAt)
        : Words.Of($"pulls {pull.Image}: {pull.LayersDone} of {pull.Layers} layers, ")
            + Words.Of($"{Megabytes(pull.BytesLoaded)} of {Megabytes(pull.Bytes)} MB");

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
}

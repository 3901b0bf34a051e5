using Ecs.Auditor.History;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.Explaining;

/// <summary>How placements are written in sentences.</summary>
internal static class PlacementWords
{
    /// <summary>Why there is no room, in one sentence: every reason with its number, and one instance each.</summary>
    public static string Why(PlacementAccount account) => account.Considered == 0
        ? "the cluster has no instances"
        : Words.List(account.Filters.Select(filter => Words.Of($"{filter.Reason.TrimEnd('.')} on {filter.Count}")
            + (filter.First is [{ Detail: { } detail } first, ..]
                ? $" ({(first.Arn is null ? "" : Words.Short(first.Arn) + ": ")}{detail})"
                : "")));

    /// <summary>What a task holds: <c>256 cpu, 512 MiB, port 8088/tcp</c>.</summary>
    public static string Needs(Reservation needs)
    {
        var ports = needs.Ports.Select(port => Words.Of($"{port}/tcp"))
            .Concat(needs.PortsUdp.Select(port => Words.Of($"{port}/udp")))
            .ToList();
        return Words.Of($"{needs.Cpu} cpu, {needs.Memory} MiB")
            + (ports.Count switch { 0 => "", 1 => ", port ", _ => ", ports " }) + Words.List(ports);
    }

    /// <summary>A constraint as it is typed.</summary>
    public static string Constraint(PlacementConstraint constraint) =>
        constraint.Expression is { } expression ? $"{constraint.Type}: {expression}" : constraint.Type ?? "";

    /// <summary>A strategy as the scores name it.</summary>
    public static string Strategy(PlacementStrategy strategy) =>
        strategy.Field is { } field ? $"{strategy.Type}({field})" : strategy.Type ?? "";

    /// <summary>Tasks by their number.</summary>
    public static string Tasks(int count) => count == 1 ? "1 task" : Words.Of($"{count} tasks");

    /// <summary>Instances by their number.</summary>
    public static string Instances(int count) => count == 1 ? "1 instance" : Words.Of($"{count} instances");
}

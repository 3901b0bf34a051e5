using System.Globalization;
using Docker.DotNet.Models;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>What Docker's description of a container means.</summary>
internal static class Inspections
{
    /// <summary>Docker's word for a container's state.</summary>
    public static Observed Read(string state) => state switch
    {
        "created" => Observed.Created,
        "running" or "paused" or "restarting" => Observed.Running,
        _ => Observed.Ended,
    };

    /// <summary>
    /// Whether it was killed, and Docker may yet learn that the kernel did it for the container's memory.
    /// </summary>
    public static bool MayBeOutOfMemory(ContainerInspectResponse container) =>
        container is { State: { OOMKilled: false, ExitCode: ContainerFold.Killed } state, HostConfig.Memory: > 0 }
        && Read(state.Status) == Observed.Ended;

    /// <summary>Docker's word for a container's health; null where there is no check.</summary>
    public static ContainerHealth? Health(string? word) => word switch
    {
        "healthy" => ContainerHealth.Healthy,
        "unhealthy" => ContainerHealth.Unhealthy,
        "starting" => ContainerHealth.Unknown,
        _ => null,
    };

    /// <summary>The facts of a container.</summary>
    public static ContainerFacts Read(ContainerInspectResponse container)
    {
        var state = container.State
            ?? throw new InvalidDataException("Docker describes a container without its state.");
        var observed = Read(state.Status);
        var ended = observed == Observed.Ended;
        return new ContainerFacts
        {
            RuntimeId = container.ID,
            Observed = observed,
            ExitCode = ended ? (int)state.ExitCode : null,
            OutOfMemory = ended && state.OOMKilled,
            StartedAt = Time(state.StartedAt),
            StoppedAt = ended ? Time(state.FinishedAt) : null,
            // Docker calls a container unhealthy when it stops checking it: what has ended is not looked at.
            Health = observed == Observed.Running ? Health(state.Health?.Status) : null,
            Bindings = Bindings(container),
        };
    }

    /// <summary>The ports that are open for a container: those of a range together, as in ECS.</summary>
    public static IReadOnlyList<NetworkBinding> Bindings(ContainerInspectResponse container)
    {
        var ranges = Labels.ReadPortRanges(container.Config?.Labels).ToList();
        var open = Open(container).ToList();
        return
        [
            .. open.Where(port => !ranges.Exists(range => IsIn(port, range))),
            .. from range in ranges
               let first = open.Find(port => IsIn(port, range))
               where first is not null
               select new NetworkBinding
               {
                   BindIP = first.BindIP,
                   ContainerPortRange = $"{range.Container}",
                   HostPortRange = $"{range.Host}",
                   Protocol = range.Protocol,
               },
            .. OfMachine(container),
        ];
    }

    private static bool IsIn(NetworkBinding port, HostRange range) =>
        port.Protocol == range.Protocol && port.ContainerPort is { } inside && range.Container.Contains(inside);

    private static IEnumerable<NetworkBinding> Open(ContainerInspectResponse container) =>
        from port in container.NetworkSettings?.Ports ?? new Dictionary<string, IList<PortBinding>>()
        from binding in (IEnumerable<PortBinding>?)port.Value ?? []

        // IPv6 has its own binding of the same port, which ECS does not show.
        where !binding.HostIP.Contains(':', StringComparison.Ordinal)
        let parts = port.Key.Split('/')
        orderby parts[0].Length, parts[0], binding.HostPort
        select new NetworkBinding
        {
            BindIP = binding.HostIP,
            ContainerPort = int.Parse(parts[0], CultureInfo.InvariantCulture),
            HostPort = int.Parse(binding.HostPort, CultureInfo.InvariantCulture),
            Protocol = parts[1],
        };

    private static IEnumerable<NetworkBinding> OfMachine(ContainerInspectResponse container) =>
        Labels.ReadHostPorts(container.Config?.Labels).Select(port => new NetworkBinding
        {
            BindIP = "0.0.0.0",
            ContainerPort = port.Port,
            HostPort = port.Port,
            Protocol = port.Protocol,
        });

    // Docker writes the year 1 where there was none.
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) &&
        time.Year > 1
            ? time.ToUniversalTime()
            : null;
}

using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Machine;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>
/// Chooses ports of the machine for the port ranges of containers. What was chosen nobody keeps but Docker: it stands
/// in a label of the container that is made with it, and is free again where none is made.
/// </summary>
internal sealed class HostPorts(KernelPorts kernel)
{
    private readonly Lock _choosing = new();
    private int _next;

    /// <summary>
    /// A range of the machine's ports for each port range of a container, or why there is none. Two that are chosen one
    /// after another have no port in common, until all of the machine's ephemeral ports were chosen once.
    /// </summary>
    public async Task<(IReadOnlyList<HostRange> Ranges, string? Refusal)> ChooseAsync(
        DockerClient client, ContainerDefinition definition, CancellationToken ct)
    {
        var wanted = (definition.PortMappings ?? []).Where(mapping => mapping.ContainerPortRange is not null).ToList();
        if (wanted.Count == 0) return ([], null);

        var containers = await client.Containers.ListContainersAsync(new ContainersListParameters { All = true }, ct);
        lock (_choosing)
        {
            return Choose(wanted, containers);
        }
    }

    private (IReadOnlyList<HostRange> Ranges, string? Refusal) Choose(
        IEnumerable<PortMapping> wanted, IList<ContainerListResponse> containers)
    {
        var within = kernel.Ephemeral();
        var taken = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
        var chosen = new List<HostRange>();
        foreach (var mapping in wanted)
        {
            var protocol = mapping.Protocol ?? "tcp";
            if (!taken.TryGetValue(protocol, out var ports))
            {
                ports = [.. kernel.Used(protocol), .. containers.SelectMany(container => Of(container, protocol))];
                taken[protocol] = ports;
            }

            if (!PortRange.TryParse(mapping.ContainerPortRange, out var inside)
                || FreePorts.Find(inside.Count, within, _next, ports) is not { } host)
            {
                return ([], Reasons.CannotCreate(
                    $"No {inside.Count} {protocol} ports that follow each other are free in {within} of the machine, "
                    + $"for the port range {mapping.ContainerPortRange}."));
            }

            _next = host.Last + 1;
            ports.UnionWith(Enumerable.Range(host.First, host.Count));
            chosen.Add(new HostRange(inside, host, protocol));
        }

        return (chosen, null);
    }

    // Docker opens the ports of a container when that starts: of one that was only made, its label tells them.
    private static IEnumerable<int> Of(ContainerListResponse container, string protocol) =>
        (container.Ports ?? []).Where(port => port.PublicPort > 0 && port.Type == protocol)
            .Select(port => (int)port.PublicPort!.Value)
            .Concat(RangesOf(container).Where(range => range.Protocol == protocol)
                .SelectMany(range => Enumerable.Range(range.Host.First, range.Host.Count)));

    private static IEnumerable<HostRange> RangesOf(ContainerListResponse container) =>
        Inspections.Read(container.State) != Observed.Ended && Listings.IsAgents(container)
            ? Labels.ReadPortRanges(container.Labels)
            : [];
}

using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>The start of a container, which is when Docker opens its ports.</summary>
internal static class Starting
{
    /// <summary>Starts it. Ports that were chosen for it and that somebody else has by now are told as such.</summary>
    public static async Task<Outcome> RunAsync(
        DockerClient client, ContainerState container, string id, ILogger log, CancellationToken ct)
    {
        try
        {
            await client.Containers.StartContainerAsync(id, new ContainerStartParameters(), ct);
        }
        catch (DockerApiException fault) when (container.HasPortRanges && !DockerFaults.IsPassing(fault))
        {
            var made = await client.Containers.InspectContainerAsync(id, ct);
            var ranges = Labels.ReadPortRanges(made.Config?.Labels).ToList();
            if (!DockerFaults.Ports(fault).Any(port => ranges.Exists(range => range.Host.Contains(port)))) throw;

            log.LogInformation(
                "{Container}: a port that was chosen for it is taken: {Text}",
                container.DockerName, DockerFaults.Text(fault));
            return new Outcome.PortsTaken(Reasons.CannotStart(DockerFaults.Text(fault)));
        }

        try
        {
            return new Outcome.Started(await BindingsAsync(client, container, id, ct));
        }
        catch (DockerApiException fault)
        {
            // It runs: that is no refusal of the start, and the look that follows tells the rest.
            log.LogWarning(
                "{Container}: Docker cannot tell its ports: {Text}", container.DockerName, DockerFaults.Text(fault));
            return new Outcome.Unreachable();
        }
    }

    private static async Task<IReadOnlyList<NetworkBinding>> BindingsAsync(
        DockerClient client, ContainerState container, string id, CancellationToken ct)
    {
        if (!ContainerSpecs.HasDynamicPorts(container.Definition))
        {
            return ContainerSpecs.FixedBindings(container.Definition);
        }

        return Inspections.Bindings(await client.Containers.InspectContainerAsync(id, ct));
    }
}

using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Environments;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>The start of a container, which is when Docker opens its ports.</summary>
internal static class Starting
{
    /// <summary>
    /// Starts it. Ports that were chosen for it and that somebody else has by now are told as such; words that hold a
    /// value which came from a file are withheld.
    /// </summary>
    public static async Task<Outcome> RunAsync(
        DockerClient client, ContainerState container, string id, ILogger log, CancellationToken ct)
    {
        try
        {
            await client.Containers.StartContainerAsync(id, new ContainerStartParameters(), ct);
        }
        catch (DockerApiException refused) when (Variables.AreHiddenIn(container.Definition)
            || (container.HasPortRanges && !DockerFaults.IsPassing(refused)))
        {
            // An engine that is going down may not answer any more.
            if (DockerFaults.IsPassing(refused)) throw new WithheldException(refused);

            // The files may say something else by now: the container knows what it was given.
            var made = (await client.Containers.InspectContainerAsync(id, ct)).Config;
            var isToBeSeen = !Variables.Tells(DockerFaults.Text(refused), container.Definition, VariablesOf(made));
            var fault = isToBeSeen ? refused : new WithheldException(refused);
            if (!NamesPortOf(made, fault)) throw fault;

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

    private static IEnumerable<NameValue> VariablesOf(ContainerConfig? made) =>
        from variable in made?.Env ?? []
        let parts = variable.Split('=', 2)
        where parts.Length == 2
        select new NameValue(parts[0], parts[1]);

    private static bool NamesPortOf(ContainerConfig? made, DockerApiException fault)
    {
        var ranges = Labels.ReadPortRanges(made?.Labels).ToList();
        return DockerFaults.Ports(fault).Any(port => ranges.Exists(range => range.Host.Contains(port)));
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

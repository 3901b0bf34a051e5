using Docker.DotNet.Models;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>How Docker's containers are listed.</summary>
internal static class Listings
{
    private static readonly string[] Living = ["created", "running", "paused", "restarting"];

    /// <summary>The list of an Agent's own containers.</summary>
    public static ContainersListParameters Of(Listing which, string instanceId)
    {
        var labels = new Dictionary<string, bool> { [$"{Labels.Instance}={instanceId}"] = true };
        if (which.TaskArn is { } task) labels[$"{Labels.TaskArn}={task}"] = true;

        var filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = labels };
        if (!which.WithEnded) filters["status"] = Living.ToDictionary(state => state, _ => true);
        return new ContainersListParameters { All = true, Filters = filters };
    }

    /// <summary>What a list says of the containers that an Agent made.</summary>
    public static IReadOnlyList<SeenContainer> Read(IEnumerable<ContainerListResponse> containers) =>
        [.. containers.Where(IsAgents).Select(Read)];

    /// <summary>Whether an Agent made a container, this one or another.</summary>
    public static bool IsAgents(ContainerListResponse container) => Labels.AreOf(NameOf(container), container.Labels);

    private static SeenContainer Read(ContainerListResponse container) => new()
    {
        TaskArn = container.Labels[Labels.TaskArn],
        Name = container.Labels[Labels.ContainerName],
        DockerName = NameOf(container) ?? container.ID,
        RuntimeId = container.ID,
        Image = container.Image,
        Observed = Inspections.Read(container.State),
        Health = Health(container.Status ?? ""),
    };

    // A container that others link to has a name for each link besides: its own has one slash.
    private static string? NameOf(ContainerListResponse container) => (container.Names ?? [])
        .Select(name => name.TrimStart('/')).FirstOrDefault(name => !name.Contains('/', StringComparison.Ordinal));

    // The list tells it in words alone: "Up 2 minutes (healthy)", "(unhealthy)", "(health: starting)".
    private static ContainerHealth? Health(string status)
    {
        var open = status.LastIndexOf('(');
        return open < 0 ? null : Inspections.Health(status[(open + 1)..].TrimEnd(')').Replace("health: ", "",
            StringComparison.Ordinal));
    }
}

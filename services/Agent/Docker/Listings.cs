using Docker.DotNet.Models;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>How Docker's containers are listed.</summary>
internal static class Listings
{
    private static readonly string[] Living = ["created", "running", "paused", "restarting"];

    /// <summary>The containers that an Agent made.</summary>
    /// <param name="engine">The engine that is asked.</param>
    /// <param name="which">Which of them.</param>
    /// <param name="instanceId">The instance that the Agent works for.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="TimeoutException">Docker did not answer within <see cref="Limits.Look"/>.</exception>
    public static async Task<IReadOnlyList<SeenContainer>> ListAsync(
        Engine engine, Listing which, string instanceId, CancellationToken ct)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timed.CancelAfter(Limits.Look);
        try
        {
            var client = await engine.ConnectAsync(timed.Token);
            var found = await client.Containers.ListContainersAsync(Of(which, instanceId), timed.Token);
            return [.. found.Where(IsAgents).Select(Read)];
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"Docker did not answer within {Limits.Look.TotalSeconds:0} s.");
        }
    }

    private static ContainersListParameters Of(Listing which, string instanceId)
    {
        var labels = new Dictionary<string, bool> { [$"{Labels.Instance}={instanceId}"] = true };
        if (which.TaskArn is { } task) labels[$"{Labels.TaskArn}={task}"] = true;

        var filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = labels };
        if (!which.WithEnded) filters["status"] = Living.ToDictionary(state => state, _ => true);
        return new ContainersListParameters { All = true, Filters = filters };
    }

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

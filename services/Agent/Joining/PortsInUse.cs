using Ecs.Agent.Machine;

namespace Ecs.Agent.Joining;

/// <summary>The ports that no task may have, since something else on the machine listens there.</summary>
internal static class PortsInUse
{
    /// <summary>The most ports that an instance reports, ECS's limit.</summary>
    public const int MaxPorts = 100;

    /// <summary>What ECS always reserves: SSH, Docker's own two ports, the ECS agent's two.</summary>
    private static readonly int[] Always = [22, 2375, 2376, 51678, 51679];

    /// <summary>
    /// ECS's own ports and those that are listening now; without those that Docker has opened for containers, which
    /// come and go with their tasks, and without ephemeral ones, where a listener is by chance, and gone soon.
    /// </summary>
    public static IReadOnlyList<int> Find(IReadOnlySet<int> publishedByDocker, KernelPorts kernel)
    {
        var ephemeral = kernel.Ephemeral();
        var listening = kernel.Listeners()
            .Where(port => !publishedByDocker.Contains(port) && !ephemeral.Contains(port))
            .Except(Always).Distinct().Order();
        return [.. Always, .. listening.Take(MaxPorts - Always.Length)];
    }
}

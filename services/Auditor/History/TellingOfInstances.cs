using Ecs.Contracts.Events;

namespace Ecs.Auditor.History;

internal static class TellingOfInstances
{
    public static string Registered(ContainerInstanceRegistered e) =>
        $"{e.Profile.Hostname} joined cluster {Words.Short(e.ClusterArn)} with {Profile(e.Profile)}";

    public static string Connected(ContainerInstanceConnected e) => e.Profile is { } profile
        ? Words.Of($"its Agent connected again, session {profile.Session}, with {Profile(profile)}")
        : "its Agent is heard again";

    private static string Profile(InstanceProfile profile)
    {
        var agent = profile.VersionInfo.AgentVersion is { } version ? $", Agent {version}" : "";
        var docker = profile.VersionInfo.DockerVersion is { } text ? $", {text}" : "";
        return Words.Of($"{profile.Resources.Cpu} cpu, {profile.Resources.Memory} MiB{agent}{docker}");
    }
}

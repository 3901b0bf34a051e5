using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.History;

internal static class TellingOfInstances
{
    public static string Registered(ContainerInstanceRegistered e) =>
        $"{e.Profile.Hostname} joined cluster {Words.Short(e.ClusterArn)} with {Profile(e.Profile)}"
        + (e.Profile.Key is { } key ? $"; its key is {key}" : "");

    public static string Connected(ContainerInstanceConnected e) => e.Profile is { } profile
        ? Words.Of($"its Agent connected again, session {profile.Session}, with {Profile(profile)}")
        : "its Agent is heard again";

    public static string StateChanged(ContainerInstanceStateChanged e) => e.Status is InstanceStatus.Draining
        ? "is DRAINING: its tasks go on, no new ones are placed there"
        : $"is {EcsJson.Word(e.Status)}";

    public static string AttributesChanged(ContainerInstanceAttributesChanged e) => Words.List(
        e.Put.Select(a => a.Value is null ? $"attribute {a.Name} set" : $"attribute {a.Name} = {a.Value}")
            .Concat(e.Deleted.Select(name => $"attribute {name} taken away")));

    public static string Deregistered(ContainerInstanceDeregistered e) => e.Tasks.Count == 0
        ? "deregistered"
        : Words.Of($"deregistered by force; {e.Tasks.Count} of its tasks ")
            + (e.Tasks.Count == 1 ? "ends with it: " : "end with it: ")
            + Words.List(e.Tasks.Select(Words.Short));

    private static string Profile(InstanceProfile profile)
    {
        var agent = profile.VersionInfo.AgentVersion is { } version ? $", Agent {version}" : "";
        var docker = profile.VersionInfo.DockerVersion is { } text ? $", {text}" : "";
        return Words.Of($"{profile.Resources.Cpu} cpu, {profile.Resources.Memory} MiB{agent}{docker}");
    }
}

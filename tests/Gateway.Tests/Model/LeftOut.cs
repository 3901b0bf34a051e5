namespace Ecs.Gateway.Tests.Model;

/// <summary>Members that ECS's replies have, and this house's do not, where that wants a reason.</summary>
internal static class LeftOut
{
    /// <summary>The reasons, by the shape and the member.</summary>
    public static readonly IReadOnlyDictionary<string, string> Members = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Task.connectivityAt"] = "the state of an instance has no time of its Agent's return; `ecs history <instance>` has it",
        ["Task.capacityProviderName"] = "there are no capacity providers",
        ["Cluster.attachmentsStatus"] = "nothing is attached to a cluster",
        ["VersionInfo.agentHash"] = "Agents here have none; shown only of an instance that was added with one",
    };
}

using System.Security.Cryptography;
using System.Text;
using Ecs.Contracts;

namespace Ecs.Agent.Joining;

/// <summary>Who an Agent is: its container instance.</summary>
/// <param name="Arn">The container instance.</param>
/// <param name="Directory">What is kept for this instance.</param>
internal sealed record InstanceIdentity(Arn Arn, string Directory)
{
    /// <summary>The instance's id.</summary>
    public string Id => Arn.Name;

    /// <summary>
    /// The same cluster and engine give the same instance over all restarts, even where the data directory was lost.
    /// What is kept has a directory for each instance, so that a journal is never used on another engine.
    /// </summary>
    public static InstanceIdentity Locate(AgentSettings settings, string engineId)
    {
        var id = settings.InstanceId ?? Derive(Arn.Cluster(settings.Scope, settings.Cluster), engineId);
        return new InstanceIdentity(
            Arn.ContainerInstance(settings.Scope, settings.Cluster, id), Path.Combine(settings.DataDir, id));
    }

    /// <summary>The id of an engine in a cluster: 32 hexadecimal characters of their SHA-256.</summary>
    public static string Derive(Arn cluster, string engineId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{cluster}\n{engineId}")))[..32];
}

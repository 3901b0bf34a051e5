using Ecs.Agent.Docker;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Joining;

/// <summary>What an Agent says of itself and its engine when it connects.</summary>
internal static class Registration
{
    private const long BytesPerMiB = 1024 * 1024;

    /// <summary>Cpu units of one core, as ECS counts.</summary>
    private const int CpuUnitsPerCore = 1024;

    /// <summary>The command.</summary>
    public static RegisterContainerInstance Of(
        AgentSettings settings,
        InstanceIdentity identity,
        long session,
        EngineFacts engine,
        IReadOnlyList<int> ports) => new()
        {
            Account = settings.Scope.Account,
            Region = settings.Scope.Region,
            Actor = identity.Arn.ToString(),
            Cluster = settings.Cluster,
            InstanceId = identity.Id,
            Session = session,
            Hostname = engine.Hostname,
            Resources = new InstanceResources
            {
                Cpu = settings.Cpu ?? engine.Cores * CpuUnitsPerCore,
                Memory = settings.Memory ?? (int)(engine.MemoryBytes / BytesPerMiB) - settings.ReservedMemory,
                Ports = ports,
            },
            Attributes = BuiltInAttributes.With(settings.Attributes, settings.Scope, engine, settings.AllowsPrivileged),
            Tags = settings.Tags.Count == 0
                ? null
                : [.. settings.Tags.Select(tag => new Tag { Key = tag.Name, Value = tag.Value })],
            VersionInfo = new VersionInfo
            {
                AgentVersion = typeof(Registration).Assembly.GetName().Version?.ToString(3),
                DockerVersion = $"DockerVersion: {engine.Version}",
            },
        };
}

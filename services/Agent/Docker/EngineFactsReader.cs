using Docker.DotNet.Models;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>Asks an engine what it is and what it has opened.</summary>
internal static class EngineFactsReader
{
    /// <summary>The facts.</summary>
    public static async Task<EngineFacts> ReadAsync(Engine engine, CancellationToken ct)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timed.CancelAfter(Limits.Look);
        var client = await engine.ConnectAsync(timed.Token);
        var info = await client.System.GetSystemInfoAsync(timed.Token);
        var running = await client.Containers.ListContainersAsync(new ContainersListParameters(), timed.Token);
        return new EngineFacts
        {
            Id = info.ID,
            Hostname = info.Name,
            Version = info.ServerVersion,
            Cores = (int)info.NCPU,
            MemoryBytes = info.MemTotal,
            OsType = info.OSType,
            Architecture = info.Architecture,
            OperatingSystem = info.OperatingSystem ?? "",
            ApiVersion = (await client.System.GetVersionAsync(timed.Token)).APIVersion ?? "",
            LogDrivers = [.. info.Plugins?.Log ?? []],
            VolumeDrivers = [.. (info.Plugins?.Volume ?? []).Select(VolumeDrivers.NameOf)],
            PublishedPorts = running.SelectMany(c => c.Ports ?? []).Where(p => p is { PublicPort: > 0, Type: "tcp" })
                .Select(p => (int)p.PublicPort!.Value).Concat(running.Where(Listings.IsAgents)
                    .SelectMany(c => Labels.ReadHostPorts(c.Labels))
                    .Where(p => p.Protocol == "tcp").Select(p => p.Port)).ToHashSet(),
        };
    }
}

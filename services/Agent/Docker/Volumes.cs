using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using TaskState = Ecs.Agent.Tasks.TaskState;
using Volume = Ecs.Contracts.Vocabulary.Volume;

namespace Ecs.Agent.Docker;

/// <summary>The volumes of tasks: made before the first container that mounts them, removed after the last.</summary>
internal sealed class Volumes(Instance instance)
{
    /// <summary>Makes what a container mounts and is not there; null, or why it cannot be had in ECS's form.</summary>
    public async Task<string?> EnsureAsync(
        DockerClient client, TaskState task, ContainerDefinition container, CancellationToken ct)
    {
        foreach (var volume in VolumeSpecs.OfDocker(task, container))
        {
            try
            {
                var refusal = VolumeSpecs.IsShared(volume, out var shared)
                    ? await EnsureSharedAsync(client, volume, shared, ct)
                    : await EnsureOwnAsync(client, task, volume, ct);
                if (refusal is not null) return Reasons.CannotCreateVolume(refusal);
            }
            catch (DockerApiException fault) when (!DockerFaults.IsPassing(fault))
            {
                return Reasons.CannotCreateVolume(DockerFaults.Text(fault));
            }
        }

        return null;
    }

    /// <summary>Removes a task's own volumes, but for those that a container still uses.</summary>
    public async Task RemoveAsync(DockerClient client, string taskArn, CancellationToken ct)
    {
        foreach (var volume in await ListAsync(client, taskArn, ct))
        {
            await TryRemoveAsync(client, volume.Name, ct);
        }
    }

    /// <summary>Removes the volumes of tasks that are over: what a creation that failed has left behind.</summary>
    /// <param name="client">The engine.</param>
    /// <param name="isKnown">Whether the Agent still looks after a task.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RemoveLeftAsync(DockerClient client, Func<string, bool> isKnown, CancellationToken ct)
    {
        foreach (var volume in await ListAsync(client, taskArn: null, ct))
        {
            if (!isKnown(volume.Labels[Labels.TaskArn])) await TryRemoveAsync(client, volume.Name, ct);
        }
    }

    private async Task<IEnumerable<VolumeResponse>> ListAsync(
        DockerClient client, string? taskArn, CancellationToken ct)
    {
        var task = taskArn is null ? Labels.TaskArn : $"{Labels.TaskArn}={taskArn}";
        var found = await client.Volumes.ListAsync(
            new VolumesListParameters
            {
                Filters = new Dictionary<string, IDictionary<string, bool>>
                {
                    ["label"] = new Dictionary<string, bool>
                    {
                        [$"{Labels.Instance}={instance.InstanceId}"] = true, [Labels.Volume] = true, [task] = true,
                    },
                },
            },
            ct);
        return found.Volumes ?? [];
    }

    private async Task<string?> EnsureOwnAsync(
        DockerClient client, TaskState task, Volume volume, CancellationToken ct)
    {
        // Of a name that is taken Docker shows the volume that has it.
        var made = await client.Volumes.CreateAsync(VolumeSpecs.OfTask(task, volume, instance), ct);
        var labels = made.Labels ?? new Dictionary<string, string>();
        return labels.TryGetValue(Labels.Instance, out var owner) && owner == instance.InstanceId
            && labels.TryGetValue(Labels.TaskArn, out var arn) && arn == task.TaskArn
                ? null
                : $"The name {made.Name} is taken by a volume that is not of this task.";
    }

    private static async Task<string?> EnsureSharedAsync(
        DockerClient client, Volume volume, DockerVolumeConfiguration wanted, CancellationToken ct)
    {
        try
        {
            return Misfit(await client.Volumes.InspectAsync(volume.Name ?? "", ct), wanted);
        }
        catch (DockerApiException fault) when (fault.StatusCode == HttpStatusCode.NotFound)
        {
            if (wanted.Autoprovision is not true)
            {
                return $"The shared volume {volume.Name} is not on this machine, and 'autoprovision' is not true.";
            }
        }

        return Misfit(
            await client.Volumes.CreateAsync(VolumeSpecs.OfMachine(volume, wanted), ct), wanted);
    }

    // As in ECS: what the definition says of the driver and its options must be so.
    private static string? Misfit(VolumeResponse found, DockerVolumeConfiguration wanted)
    {
        if (wanted.Autoprovision is not true) return null;

        if (wanted.Driver is { } driver && VolumeDrivers.NameOf(found.Driver) != VolumeDrivers.NameOf(driver))
        {
            return $"The shared volume {found.Name} is there with the driver {found.Driver}, not {driver}.";
        }

        var options = found.Options ?? new Dictionary<string, string>();
        return wanted.DriverOpts is { } opts && !opts.All(o => options.TryGetValue(o.Key, out var v) && v == o.Value)
            ? $"The shared volume {found.Name} is there with other driver options."
            : null;
    }

    // Never forced: a volume that a container still uses is refused, and goes with the last of them.
    private static async Task TryRemoveAsync(DockerClient client, string name, CancellationToken ct)
    {
        try
        {
            await client.Volumes.RemoveAsync(name, force: null, ct);
        }
        catch (DockerApiException fault)
            when (fault.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            // In use, or gone already.
        }
    }
}

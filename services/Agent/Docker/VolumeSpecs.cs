using System.Diagnostics.CodeAnalysis;
using Docker.DotNet.Models;
using Ecs.Contracts.Vocabulary;
using TaskState = Ecs.Agent.Tasks.TaskState;
using Volume = Ecs.Contracts.Vocabulary.Volume;

namespace Ecs.Agent.Docker;

/// <summary>What a task's volumes mean in Docker's words.</summary>
internal static class VolumeSpecs
{
    /// <summary>The longest name of a volume, in bytes: Docker makes a directory of it.</summary>
    private const int MaxNameLength = 255;

    /// <summary>What a container mounts, as Docker writes it: <c>source:path</c> or <c>source:path:ro</c>.</summary>
    public static IReadOnlyList<string> Binds(TaskState task, ContainerDefinition container) =>
    [
        .. (container.MountPoints ?? []).Select(point =>
            $"{Source(task, Find(task, point.SourceVolume))}:{point.ContainerPath}{ReadOnly(point.ReadOnly)}"),
    ];

    /// <summary>Whose mounts a container has too, as Docker writes it.</summary>
    public static IReadOnlyList<string> From(TaskState task, ContainerDefinition container) =>
    [
        .. (container.VolumesFrom ?? []).Select(from =>
            $"{task.Find(from.SourceContainer ?? "")?.DockerName ?? from.SourceContainer}{ReadOnly(from.ReadOnly)}"),
    ];

    /// <summary>The volumes of Docker's that a container mounts.</summary>
    public static IEnumerable<Volume> OfDocker(TaskState task, ContainerDefinition container) =>
        (container.MountPoints ?? []).Select(point => point.SourceVolume).Distinct(StringComparer.Ordinal)
            .Select(name => Find(task, name)).Where(volume => volume.Host?.SourcePath is null);

    /// <summary>Whether a volume outlives its task.</summary>
    public static bool IsShared(
        Volume volume, [NotNullWhen(true)] out DockerVolumeConfiguration? configuration) =>
        (configuration = volume.DockerVolumeConfiguration)?.Scope is VolumeScopes.Shared;

    /// <summary>How Docker is to make a volume of the task's own.</summary>
    public static VolumesCreateParameters OfTask(TaskState task, Volume volume, Instance instance) =>
        new()
        {
            Name = NameOf(task, volume),
            Driver = volume.DockerVolumeConfiguration?.Driver ?? "local",
            DriverOpts = Copy(volume.DockerVolumeConfiguration?.DriverOpts),
            Labels = new Dictionary<string, string>(Labels.WithoutOwn(volume.DockerVolumeConfiguration?.Labels))
            {
                [Labels.TaskArn] = task.TaskArn,
                [Labels.Volume] = volume.Name ?? "",
                [Labels.Family] = task.Family,
                [Labels.Revision] = $"{task.Revision}",
                [Labels.Cluster] = instance.Cluster,
                [Labels.Instance] = instance.InstanceId,
            },
        };

    /// <summary>How Docker is to make a shared volume. Nothing marks it as an Agent's: it is the machine's.</summary>
    public static VolumesCreateParameters OfMachine(Volume volume, DockerVolumeConfiguration configuration) => new()
    {
        Name = volume.Name ?? "",
        Driver = configuration.Driver ?? "local",
        DriverOpts = Copy(configuration.DriverOpts),
        Labels = Labels.WithoutOwn(configuration.Labels),
    };

    private static string Source(TaskState task, Volume volume) =>
        volume.Host?.SourcePath ?? (IsShared(volume, out _) ? volume.Name ?? "" : NameOf(task, volume));

    // As ECS names them, unless the name would be too long for a directory.
    private static string NameOf(TaskState task, Volume volume)
    {
        var name = $"ecs-{task.Family}-{task.Revision}-{volume.Name}-{task.Id}";
        var place = (task.Settings.Volumes ?? []).Index().First(v => v.Item.Name == volume.Name).Index;
        return name.Length <= MaxNameLength ? name : $"ecs-{place}-{task.Id}";
    }

    private static Volume Find(TaskState task, string? name) =>
        (task.Settings.Volumes ?? []).FirstOrDefault(volume => volume.Name == name) ?? new Volume { Name = name };

    private static string ReadOnly(bool? isSo) => isSo is true ? ":ro" : "";

    private static Dictionary<string, string> Copy(IReadOnlyDictionary<string, string>? options) =>
        new(options ?? new Dictionary<string, string>());
}

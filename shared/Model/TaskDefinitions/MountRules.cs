using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of what containers mount: volumes of their task, and what other containers mount.</summary>
internal static class MountRules
{
    /// <summary>What is wrong with the mounts, defaults filled in.</summary>
    public static IEnumerable<CommandError> Violations(TaskDefinitionContent content)
    {
        var volumes = (content.Volumes ?? []).Select(volume => volume.Name).ToHashSet(StringComparer.Ordinal);
        var containers = content.ContainerDefinitions;
        var names = containers.Select(container => container.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (index, container) in containers.Index())
        {
            var path = $"containerDefinitions[{index}]";
            foreach (var error in Points(container, volumes, $"{path}.mountPoints")) yield return error;
            foreach (var error in Places(container, path)) yield return error;
            foreach (var error in From(container, names, $"{path}.volumesFrom")) yield return error;
        }
    }

    private static IEnumerable<CommandError> Points(
        ContainerDefinition container, HashSet<string?> volumes, string path)
    {
        foreach (var (index, point) in (container.MountPoints ?? []).Index())
        {
            if (!volumes.Contains(point.SourceVolume) || string.IsNullOrEmpty(point.SourceVolume))
            {
                yield return NameRules.Wrong(
                    $"Unknown volume '{point.SourceVolume}': it is not in this task definition's 'volumes'.",
                    $"{path}[{index}].sourceVolume");
            }

            var field = $"{path}[{index}].containerPath";
            foreach (var error in VolumeRules.Path(point.ContainerPath, field)) yield return error;
        }
    }

    // What is in memory is mounted like what is on a disk, and each has a place of its own. Docker tidies the paths of
    // mounts, and takes those of tmpfs as they are written: it runs /t and /t/, one above the other.
    private static IEnumerable<CommandError> Places(ContainerDefinition container, string path)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var mounts = (container.LinuxParameters?.Tmpfs ?? []).Index()
            .Select(tmpfs => (
                Said: tmpfs.Item.ContainerPath,
                Place: tmpfs.Item.ContainerPath,
                Field: $"linuxParameters.tmpfs[{tmpfs.Index}].containerPath"))
            .Concat((container.MountPoints ?? []).Index().Select(point => (
                Said: point.Item.ContainerPath,
                Place: (string?)Plain(point.Item.ContainerPath),
                Field: $"mountPoints[{point.Index}].containerPath")));
        foreach (var (said, place, field) in mounts.Where(mount => mount.Said is not (null or "")))
        {
            if (Plain(said) is "")
            {
                yield return NameRules.Wrong($"'{field}' must not be the container's root.", $"{path}.{field}");
            }
            else if (!taken.Add(place!))
            {
                yield return NameRules.Wrong(
                    $"The container '{container.Name}' has two mounts at '{said}'.", $"{path}.{field}");
            }
        }
    }

    // What a path comes to: /data, /data/ and /data/. are the same place.
    private static string Plain(string? path)
    {
        var parts = new List<string>();
        foreach (var part in (path ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part is ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (part is not ("." or "..")) parts.Add(part);
        }

        return string.Concat(parts.Select(part => $"/{part}"));
    }

    private static IEnumerable<CommandError> From(ContainerDefinition container, HashSet<string?> names, string path)
    {
        var sources = new HashSet<string?>(StringComparer.Ordinal);
        foreach (var (index, from) in (container.VolumesFrom ?? []).Index())
        {
            var field = $"{path}[{index}].sourceContainer";
            if (!names.Contains(from.SourceContainer) || string.IsNullOrEmpty(from.SourceContainer))
            {
                yield return NameRules.Wrong(
                    $"The container '{container.Name}' has volumes from '{from.SourceContainer}', which is not in "
                    + "this task definition.",
                    field);
            }
            else if (from.SourceContainer == container.Name)
            {
                yield return NameRules.Wrong($"The container '{container.Name}' has volumes from itself.", field);
            }
            else if (!sources.Add(from.SourceContainer))
            {
                yield return NameRules.Wrong(
                    $"The container '{container.Name}' has volumes from '{from.SourceContainer}' twice.", field);
            }
        }
    }
}

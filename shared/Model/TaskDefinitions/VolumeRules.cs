using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of volumes by themselves; <see cref="MountRules"/> has those of who mounts them.</summary>
internal static class VolumeRules
{
    /// <summary>What is wrong with a definition's volumes, defaults filled in.</summary>
    public static IEnumerable<CommandError> Violations(IReadOnlyList<Volume> volumes) =>
        SettingRules.Nuls(JsonSerializer.SerializeToElement(volumes, EcsJson.Options), "volumes")
            .Concat(Duplicates(volumes))
            .Concat(volumes.Index().SelectMany(volume => Of(volume.Item, $"volumes[{volume.Index}]")));

    private static IEnumerable<CommandError> Duplicates(IReadOnlyList<Volume> volumes)
    {
        var seen = new HashSet<string?>(StringComparer.Ordinal) { null, "" };
        return volumes.Index().Where(volume => !seen.Add(volume.Item.Name))
            .Where(volume => !string.IsNullOrEmpty(volume.Item.Name))
            .Select(volume => NameRules.Wrong(
                $"The volume name '{volume.Item.Name}' is used twice; it must be unique in its task definition.",
                $"volumes[{volume.Index}].name"));
    }

    private static IEnumerable<CommandError> Of(Volume volume, string path)
    {
        if (NameRules.Check(volume.Name, "Volume.name", $"{path}.name") is { } name) yield return name;
        if (volume is { Host: not null, DockerVolumeConfiguration: not null })
        {
            yield return NameRules.Wrong(
                $"The volume '{volume.Name}' has both 'host' and 'dockerVolumeConfiguration'; give one of them.",
                $"{path}.dockerVolumeConfiguration");
        }

        if (volume.Host?.SourcePath is { } source)
        {
            foreach (var error in Path(source, $"{path}.host.sourcePath")) yield return error;
        }

        if (volume.DockerVolumeConfiguration is not { } docker) yield break;

        foreach (var error in Of(docker, $"{path}.dockerVolumeConfiguration")) yield return error;
    }

    private static IEnumerable<CommandError> Of(DockerVolumeConfiguration docker, string path)
    {
        if (docker.Scope is not (VolumeScopes.Task or VolumeScopes.Shared))
        {
            yield return NameRules.Wrong(
                $"'scope' must be '{VolumeScopes.Task}' or '{VolumeScopes.Shared}'.", $"{path}.scope");
        }
        else if (docker is { Scope: VolumeScopes.Task, Autoprovision: true })
        {
            yield return NameRules.Wrong(
                $"'autoprovision' has no meaning where 'scope' is '{VolumeScopes.Task}': such a volume is always made.",
                $"{path}.autoprovision");
        }
    }

    /// <summary>The refusal of a path that no mount can have; nothing where it can.</summary>
    public static IEnumerable<CommandError> Path(string? path, string field) =>
        path?.Contains(':', StringComparison.Ordinal) is true
            ? [NameRules.Wrong($"'{field}' must not contain ':', which ends a path in Docker's mounts.", field)]
            : SettingRules.Absolute(path, field);
}

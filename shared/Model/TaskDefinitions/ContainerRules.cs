using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of one container by itself.</summary>
internal static class ContainerRules
{
    private const string ImagePunctuation = "-_:./@#";

    // The only hash function of images, to ECS as to Docker.
    private const string DigestBegin = "sha256:";

    private const int DigestCharacters = 64;

    /// <summary>What is wrong with one container, defaults filled in.</summary>
    /// <param name="container">The container.</param>
    /// <param name="taskHasMemory">Whether the task as a whole says how much memory it needs.</param>
    /// <param name="path">The container's path.</param>
    public static IEnumerable<CommandError> Violations(ContainerDefinition container, bool taskHasMemory, string path)
    {
        if (NameRules.Check(container.Name, "Container.name", $"{path}.name") is { } name) yield return name;
        if (Image(container.Image, $"{path}.image") is { } image) yield return image;

        foreach (var error in Resources(container, taskHasMemory, path)
            .Concat(Environment(container.Environment ?? [], $"{path}.environment"))
            .Concat(Words(container.Command ?? [], $"{path}.command"))
            .Concat(Words(container.EntryPoint ?? [], $"{path}.entryPoint"))
            .Concat(SettingRules.Violations(container, path))
            .Concat(SecretRules.Violations(container, path))
            .Concat(RestartRules.Violations(container.RestartPolicy, $"{path}.restartPolicy"))
            .Concat(HealthCheckRules.Violations(container.HealthCheck, $"{path}.healthCheck"))
            .Concat(LinuxRules.Violations(container, path)))
        {
            yield return error;
        }
    }

    /// <summary>What is wrong with a container's cpu and memory.</summary>
    public static IEnumerable<CommandError> Resources(ContainerDefinition container, bool taskHasMemory, string path)
    {
        if (container.Cpu is < 0 or > Limits.MaxCpu)
        {
            yield return Setting(container, $"'cpu' must be from 0 to {Limits.MaxCpu} units.", $"{path}.cpu");
        }

        if (container.Memory is < Limits.MinMemory or > Limits.MaxMemory)
        {
            yield return Setting(container, $"'memory' must be {Bounds}.", $"{path}.memory");
        }

        if (container.MemoryReservation is < Limits.MinMemory or > Limits.MaxMemory)
        {
            yield return Setting(container, $"'memoryReservation' must be {Bounds}.", $"{path}.memoryReservation");
        }

        if (container.Memory <= container.MemoryReservation)
        {
            yield return Setting(
                container, "'memory' must be greater than 'memoryReservation'.", $"{path}.memoryReservation");
        }

        if (!taskHasMemory && container.Memory is null && container.MemoryReservation is null)
        {
            yield return Setting(
                container, "At least one of 'memory' or 'memoryReservation' must be specified.", $"{path}.memory");
        }
    }

    /// <summary>What is wrong with environment variables.</summary>
    public static IEnumerable<CommandError> Environment(IReadOnlyList<NameValue> environment, string path)
    {
        for (var i = 0; i < environment.Count; i++)
        {
            var (name, value) = environment[i];
            if (string.IsNullOrEmpty(name))
            {
                yield return NameRules.Wrong(
                    "The name of an environment variable should not be null or empty.", $"{path}[{i}].name");
            }
            else if (name.AsSpan().IndexOfAny('=', '\0') >= 0)
            {
                // The kernel splits a variable at its first '=': the rest of the name would end up in the value.
                yield return NameRules.Wrong(
                    "The name of an environment variable must not contain '=' or the character NUL.",
                    $"{path}[{i}].name");
            }

            if (HasNul(value)) yield return Nul($"{path}[{i}].value");
        }
    }

    /// <summary>What is wrong with the words of a command or an entry point.</summary>
    public static IEnumerable<CommandError> Words(IReadOnlyList<string> words, string path) =>
        words.Index().Where(entry => HasNul(entry.Item)).Select(entry => Nul($"{path}[{entry.Index}]"));

    private static string Bounds => $"from {Limits.MinMemory} to {Limits.MaxMemory} MiB";

    private static CommandError? Image(string? image, string field)
    {
        if (string.IsNullOrEmpty(image)) return NameRules.Wrong("Container.image should not be null or empty.", field);

        if (image.Split('@')[0].Length > Limits.MaxImageCharacters)
        {
            return NameRules.Wrong($"Container.image has more than {Limits.MaxImageCharacters} characters.", field);
        }

        if (image.Contains('@', StringComparison.Ordinal) && !IsByDigest(image.Split('@')))
        {
            return NameRules.Wrong(
                $"Container.image must have a name before its only '@', and '{DigestBegin}' and {DigestCharacters} "
                + "hexadecimal digits behind it.",
                field);
        }

        return image.All(c => char.IsAsciiLetterOrDigit(c) || ImagePunctuation.Contains(c, StringComparison.Ordinal))
            ? null
            : NameRules.Wrong($"Container.image contains invalid characters: letters, digits and {ImagePunctuation} "
                + "are allowed.", field);
    }

    private static bool IsByDigest(string[] parts) =>
        parts is [not "", var digest]
        && digest.StartsWith(DigestBegin, StringComparison.Ordinal)
        && digest.Length == DigestBegin.Length + DigestCharacters
        && digest[DigestBegin.Length..].All(char.IsAsciiHexDigit);

    private static CommandError Setting(ContainerDefinition container, string rule, string field) =>
        NameRules.Wrong($"Invalid setting for container '{container.Name}'. {rule}", field);

    // No program can be given such a word, and PostgreSQL keeps no such text.
    private static bool HasNul(string? text) => text?.Contains('\0', StringComparison.Ordinal) is true;

    private static CommandError Nul(string field) => NameRules.Wrong("The character NUL is not allowed.", field);
}

using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of variables that come from files of the Agent's: the definition only names the files.</summary>
internal static class SecretRules
{
    /// <summary>The most characters of a file's name.</summary>
    private const int MaxPath = 512;

    /// <summary>The most files of variables of one container, as in ECS.</summary>
    private const int MaxFiles = 10;

    /// <summary>The only type of file that is here.</summary>
    public const string FileType = "file";

    /// <summary>What is wrong with a container's secrets and files of variables.</summary>
    public static IEnumerable<CommandError> Violations(ContainerDefinition container, string path) =>
        Names(container, path)
            .Concat((container.Secrets ?? []).Index().SelectMany(secret => Of(
                secret.Item.ValueFrom, $"{path}.secrets[{secret.Index}].valueFrom", "ECS_SECRETS_DIR",
                "a store of SSM or Secrets Manager")))
            .Concat(Files(container.EnvironmentFiles ?? [], $"{path}.environmentFiles"));

    /// <summary>What is wrong with files of variables.</summary>
    public static IEnumerable<CommandError> Files(IReadOnlyList<EnvironmentFile> files, string path)
    {
        if (files.Count > MaxFiles)
        {
            yield return NameRules.Wrong(
                $"A container has at most {MaxFiles} environment files, not {files.Count}.", path);
        }

        foreach (var (index, file) in files.Index())
        {
            foreach (var error in Of(file.Value, $"{path}[{index}].value", "ECS_ENV_FILES_DIR", "a bucket of S3"))
            {
                yield return error;
            }

            if (file.Value is { Length: > 0 } name && !name.EndsWith(".env", StringComparison.Ordinal))
            {
                yield return NameRules.Wrong(
                    "The name of an environment file must end with '.env'.", $"{path}[{index}].value");
            }

            if (file.Type is FileType) continue;

            yield return NameRules.Wrong(
                file.Type is "s3"
                    ? $"The type 's3' needs a cloud, which is not here; '{FileType}' names a file in the Agent's "
                        + "ECS_ENV_FILES_DIR."
                    : $"'type' must be '{FileType}'.",
                $"{path}[{index}].type");
        }
    }

    // As in ECS, whose words these are: which of two values held would be anybody's guess.
    private static IEnumerable<CommandError> Names(ContainerDefinition container, string path)
    {
        var taken = (container.Environment ?? []).Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (index, secret) in (container.Secrets ?? []).Index())
        {
            var field = $"{path}.secrets[{index}].name";
            if (string.IsNullOrEmpty(secret.Name) || secret.Name.Contains('=', StringComparison.Ordinal))
            {
                yield return NameRules.Wrong("The name of a secret must not be empty or contain '='.", field);
            }
            else if (!taken.Add(secret.Name))
            {
                yield return NameRules.Wrong(
                    "The secret name must be unique and not shared with any new or existing environment variables set "
                    + $"on the container, such as '{secret.Name}'.",
                    field);
            }
        }
    }

    private static IEnumerable<CommandError> Of(string? name, string field, string setting, string cloud)
    {
        if (string.IsNullOrEmpty(name))
        {
            yield return NameRules.Wrong($"'{field}' should not be null or empty.", field);
        }
        else if (name.StartsWith("arn:", StringComparison.Ordinal))
        {
            yield return NameRules.Wrong(
                $"An ARN names {cloud}, which is not here; name a file in the Agent's {setting}.", field);
        }
        else if (name.Length > MaxPath || name.AsSpan().IndexOfAny(':', '\\') >= 0
            || name.TrimStart('/').Split('/').Any(part => part is "" or "." or ".."))
        {
            yield return NameRules.Wrong(
                $"'{field}' must be the path of a file inside the Agent's {setting}: at most {MaxPath} characters, "
                + "without ':', '\\', '.' and '..'.",
                field);
        }
    }
}

namespace Ecs.Contracts.Vocabulary;

/// <summary>An environment variable whose value only the Agent knows: definition and log name its file.</summary>
public sealed record Secret
{
    /// <summary>The variable's name.</summary>
    public string? Name { get; init; }

    /// <summary>A file in the Agent's directory of secrets; a leading slash says nothing.</summary>
    public string? ValueFrom { get; init; }
}

/// <summary>A file of environment variables that only the Agent reads.</summary>
public sealed record EnvironmentFile
{
    /// <summary>A file in the Agent's directory of such files; its name ends with <c>.env</c>.</summary>
    public string? Value { get; init; }

    /// <summary><c>file</c>. ECS knows <c>s3</c> alone, which needs a cloud.</summary>
    public string? Type { get; init; }
}

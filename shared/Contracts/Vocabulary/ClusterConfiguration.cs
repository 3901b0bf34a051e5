namespace Ecs.Contracts.Vocabulary;

/// <summary>How a cluster is set up for what a cloud does. It is kept and shown; nothing here uses it.</summary>
public sealed record ClusterConfiguration
{
    /// <summary>For ExecuteCommand, which is not here.</summary>
    public ExecuteCommandConfiguration? ExecuteCommandConfiguration { get; init; }

    /// <summary>For storage that a cloud manages.</summary>
    public ManagedStorageConfiguration? ManagedStorageConfiguration { get; init; }
}

/// <summary>How ExecuteCommand is to log.</summary>
public sealed record ExecuteCommandConfiguration
{
    /// <summary>The key that encrypts the session.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary><c>NONE</c>, <c>DEFAULT</c> or <c>OVERRIDE</c>, which needs a log configuration.</summary>
    public string? Logging { get; init; }

    /// <summary>Where to, with <c>OVERRIDE</c>.</summary>
    public ExecuteCommandLogConfiguration? LogConfiguration { get; init; }
}

/// <summary>Where ExecuteCommand is to log.</summary>
public sealed record ExecuteCommandLogConfiguration
{
    /// <summary>The log group.</summary>
    public string? CloudWatchLogGroupName { get; init; }

    /// <summary>Whether the log group is encrypted.</summary>
    public bool? CloudWatchEncryptionEnabled { get; init; }

    /// <summary>The bucket.</summary>
    public string? S3BucketName { get; init; }

    /// <summary>Whether the bucket is encrypted.</summary>
    public bool? S3EncryptionEnabled { get; init; }

    /// <summary>The folder in the bucket.</summary>
    public string? S3KeyPrefix { get; init; }
}

/// <summary>The keys of storage that a cloud manages.</summary>
public sealed record ManagedStorageConfiguration
{
    /// <summary>The key of managed volumes.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>The key of Fargate's ephemeral storage.</summary>
    public string? FargateEphemeralStorageKmsKeyId { get; init; }
}

/// <summary>A share of tasks that a capacity provider is to take.</summary>
public sealed record CapacityProviderStrategyItem
{
    /// <summary>The provider's name; there is none here.</summary>
    public string? CapacityProvider { get; init; }

    /// <summary>Its share.</summary>
    public int? Weight { get; init; }

    /// <summary>How many tasks it takes first.</summary>
    public int? Base { get; init; }
}

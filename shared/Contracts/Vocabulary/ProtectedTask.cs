namespace Ecs.Contracts.Vocabulary;

/// <summary>A task of a service, and whether scale-in must leave it alone.</summary>
public sealed record ProtectedTask
{
    /// <summary>The task.</summary>
    public required string TaskArn { get; init; }

    /// <summary>Whether it is protected.</summary>
    public required bool ProtectionEnabled { get; init; }

    /// <summary>Until when; null where it is not protected.</summary>
    public DateTimeOffset? ExpirationDate { get; init; }
}

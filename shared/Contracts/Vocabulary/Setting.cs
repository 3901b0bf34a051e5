namespace Ecs.Contracts.Vocabulary;

/// <summary>An account setting as ListAccountSettings shows it.</summary>
public sealed record Setting
{
    /// <summary>Its name, such as <c>containerInsights</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its value; null where it was taken and nothing else holds.</summary>
    public string? Value { get; init; }

    /// <summary>Whom it holds for; the account's root for all who have none of their own.</summary>
    public required string PrincipalArn { get; init; }

    /// <summary><c>user</c>, or <c>aws_managed</c> where nobody can change it.</summary>
    public string Type { get; init; } = "user";
}

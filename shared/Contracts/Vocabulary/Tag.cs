namespace Ecs.Contracts.Vocabulary;

/// <summary>
/// A tag: what its owner says of a resource, for finding and counting. The house gives it no meaning.
/// </summary>
public sealed record Tag
{
    /// <summary>
    /// The key, one of a kind on its resource: 1-128 letters, digits, spaces and the characters <c>+ - = . _ : / @</c>.
    /// Keys that begin with <c>aws:</c> are given by the house itself (<c>enableECSManagedTags</c>).
    /// </summary>
    public string? Key { get; init; }

    /// <summary>The value, at most 256 of the same characters; empty where none was given.</summary>
    public string? Value { get; init; }
}

using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Rules.Definitions;

/// <summary>
/// What the shell looked up for a RunTask or StartTask and what is recorded with it: the revision that its reference
/// meant at that moment, or why it meant none. The content itself is found by its digest, which never means another.
/// </summary>
public sealed record ResolvedDefinition
{
    /// <summary>The revision's ARN.</summary>
    public string? Arn { get; init; }

    /// <summary>The SHA-256 of its canonical content.</summary>
    public string? Digest { get; init; }

    /// <summary>Its tags, where the command asks for them and there are any.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }

    /// <summary>Why there is no revision to run.</summary>
    public CommandError? Error { get; init; }
}

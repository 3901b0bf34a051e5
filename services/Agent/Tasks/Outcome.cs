using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>How a step ended.</summary>
internal abstract record Outcome
{
    /// <summary>The container was created.</summary>
    public sealed record Created(string RuntimeId, string? ImageDigest) : Outcome;

    /// <summary>The engine has not got the image.</summary>
    public sealed record ImageMissing : Outcome;

    /// <summary>There is a container of this name already: perhaps made before a crash.</summary>
    public sealed record NameTaken : Outcome;

    /// <summary>The image was pulled.</summary>
    /// <param name="Pull">What was loaded; null where nobody told.</param>
    public sealed record Pulled(ImagePull? Pull = null) : Outcome;

    /// <summary>The container was started.</summary>
    public sealed record Started(IReadOnlyList<NetworkBinding> Bindings) : Outcome;

    /// <summary>
    /// It could not be started, for somebody else has a port that was chosen for one of its port ranges.
    /// </summary>
    /// <param name="Reason">The reason in ECS's form.</param>
    public sealed record PortsTaken(string Reason) : Outcome;

    /// <summary>The container is there; this is what Docker says of it.</summary>
    public sealed record Found(ContainerFacts Facts) : Outcome;

    /// <summary>There is no such container.</summary>
    public sealed record Missing : Outcome;

    /// <summary>There is a container of this name that this Agent did not make. It is not touched.</summary>
    public sealed record Foreign : Outcome;

    /// <summary>A stop or a removal came back; Docker is to be asked what is there now.</summary>
    public sealed record Finished : Outcome;

    /// <summary>Docker refused: the reason in ECS's form.</summary>
    public sealed record Refused(string Reason) : Outcome;

    /// <summary>Docker did not come to an end in time; what it did is not known.</summary>
    public sealed record TimedOut(string Reason) : Outcome;

    /// <summary>It waited, and is not wanted any more: Docker was not asked.</summary>
    public sealed record Withdrawn : Outcome;

    /// <summary>Docker could not be reached, or failed in a way that may pass; what it did is not known.</summary>
    public sealed record Unreachable : Outcome;
}

/// <summary>What Docker says of a container.</summary>
internal sealed record ContainerFacts
{
    /// <summary>Docker's id of it.</summary>
    public required string RuntimeId { get; init; }

    /// <summary>Created, Running or Ended.</summary>
    public required Observed Observed { get; init; }

    /// <summary>Its exit code, where it has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Whether the kernel killed it for its memory.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>Its health while it runs; null where Docker does not tell.</summary>
    public ContainerHealth? Health { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>The digest of its image.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>The ports that are open for it.</summary>
    public IReadOnlyList<NetworkBinding> Bindings { get; init; } = [];
}

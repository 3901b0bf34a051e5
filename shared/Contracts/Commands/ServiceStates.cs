namespace Ecs.Contracts.Commands;

/// <summary>A query about the state that a service answers from, as a whole.</summary>
public interface IAsksState;

/// <summary>A query for a part of a state whose digest the service has told.</summary>
public interface IAsksStatePart : IAsksState
{
    /// <summary>The digest that was told: which state it is.</summary>
    string? Digest { get; }

    /// <summary>Which part of it, from 0.</summary>
    int Part { get; }
}

/// <summary>
/// Asked by the Auditor: what the leading Scheduler's own state is. The result is a <see cref="StateDigestResult"/>,
/// and the answer's position the one that the state is the fold up to.
/// </summary>
[CommandName("get-fleet-digest", Services.Scheduler, IsQuery = true)]
public sealed record GetFleetDigest : Command, IAsksState;

/// <summary>The same of the leading Registry.</summary>
[CommandName("get-families-digest", Services.Registry, IsQuery = true)]
public sealed record GetFamiliesDigest : Command, IAsksState;

/// <summary>
/// Asked by the Auditor where a digest is not that of the log: the state behind it, a part at a time. The result is a
/// <see cref="StatePartResult"/>; a state that the leading Scheduler did not tell last is refused with
/// <see cref="ErrorTypes.ResourceNotFound"/>.
/// </summary>
[CommandName("get-fleet-state", Services.Scheduler, IsQuery = true)]
public sealed record GetFleetState : Command, IAsksStatePart
{
    /// <inheritdoc/>
    public string? Digest { get; init; }

    /// <inheritdoc/>
    public int Part { get; init; }
}

/// <summary>The same of the leading Registry.</summary>
[CommandName("get-families-state", Services.Registry, IsQuery = true)]
public sealed record GetFamiliesState : Command, IAsksStatePart
{
    /// <inheritdoc/>
    public string? Digest { get; init; }

    /// <inheritdoc/>
    public int Part { get; init; }
}

/// <summary>A whole state in one number.</summary>
/// <param name="Format">The name of the state's form; digests of other forms are not to be compared.</param>
/// <param name="Digest">SHA-256 of what the state writes of itself, 64 lower-case hexadecimal characters.</param>
public sealed record StateDigestResult(string Format, string Digest);

/// <summary>A part of what a state writes of itself, compressed with Brotli.</summary>
/// <param name="Size">The bytes of the whole, uncompressed.</param>
/// <param name="PackedSize">The bytes of all parts together.</param>
/// <param name="Content">This part's bytes; at most <see cref="MostBytes"/>, and only the last has fewer.</param>
public sealed record StatePartResult(long Size, long PackedSize, byte[] Content)
{
    /// <summary>Bytes of one part: as many as a command may have, so that no answer is larger than any other.</summary>
    public const int MostBytes = 1024 * 1024;
}

namespace Ecs.Contracts.Commands;

/// <summary>A query for the digest of the state that a service answers from now.</summary>
public interface IAsksStateDigest;

/// <summary>
/// Asked by the Auditor: what the leading Scheduler's own state is. The result is a <see cref="StateDigestResult"/>,
/// and the answer's position the one that the state is the fold up to.
/// </summary>
[CommandName("get-fleet-digest", Services.Scheduler, IsQuery = true)]
public sealed record GetFleetDigest : Command, IAsksStateDigest;

/// <summary>The same of the leading Registry.</summary>
[CommandName("get-families-digest", Services.Registry, IsQuery = true)]
public sealed record GetFamiliesDigest : Command, IAsksStateDigest;

/// <summary>A whole state in one number.</summary>
/// <param name="Format">The name of the state's form; digests of other forms are not to be compared.</param>
/// <param name="Digest">SHA-256 of what the state writes of itself, 64 lower-case hexadecimal characters.</param>
public sealed record StateDigestResult(string Format, string Digest);

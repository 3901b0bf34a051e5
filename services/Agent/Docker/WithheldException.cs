using Docker.DotNet;

namespace Ecs.Agent.Docker;

/// <summary>
/// A refusal of Docker's in words that nobody may see, or of which that is not known. What it means is read from them
/// as from any others; what is told and logged is <see cref="Told"/>.
/// </summary>
internal sealed class WithheldException(DockerApiException fault) : DockerApiException(fault.StatusCode, Told)
{
    /// <summary>What is told in place of the words.</summary>
    public const string Told = "Docker refused it in words that may hold a secret of it.";

    /// <summary>The refusal with its words; no inner exception, for those are logged.</summary>
    public DockerApiException Fault { get; } = fault;
}

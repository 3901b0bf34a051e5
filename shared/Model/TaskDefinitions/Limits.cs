using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>How much a task definition may hold; each limit with its unit and where it comes from.</summary>
public static class Limits
{
    /// <summary>The most containers in a definition, as in ECS.</summary>
    public const int MaxContainers = 10;

    /// <summary>The most bytes of canonical content, as in ECS: 64 KiB.</summary>
    public const int MaxContentBytes = 64 * 1024;

    /// <summary>The most characters of one RunTask's overrides as JSON, as in ECS.</summary>
    public const int MaxOverridesCharacters = 8192;

    /// <summary>
    /// The most cpu units of a container: 1,024 cores. ECS names no limit and hands Docker at most 262,144 shares; this
    /// one is above every machine there is, and ten of them still add up in 32 bits.
    /// </summary>
    public const int MaxCpu = 1024 * 1024;

    /// <summary>The least MiB of a container: the kernel needs as much, and Docker since 20.10 refuses less.</summary>
    public const int MinMemory = 6;

    /// <summary>The most MiB of a container or a task: 64 TiB, above every machine there is.</summary>
    public const int MaxMemory = 64 * 1024 * 1024;

    /// <summary>The least cpu units of a whole task, as in ECS's model: an eighth of a core.</summary>
    public const int MinTaskCpu = 128;

    /// <summary>The most cpu units of a whole task, as in ECS's model: 192 cores.</summary>
    public const int MaxTaskCpu = 196_608;

    /// <summary>The highest port of TCP and UDP.</summary>
    public const int MaxPort = PortRange.MaxPort;

    /// <summary>The most port ranges of a container, as in ECS.</summary>
    public const int MaxPortRanges = 100;

    /// <summary>The most characters of a port mapping's name, as in ECS.</summary>
    public const int MaxPortNameCharacters = 64;

    /// <summary>The most characters of an image's name, of one with a digest before the <c>@</c>, as in ECS.</summary>
    public const int MaxImageCharacters = 255;
}

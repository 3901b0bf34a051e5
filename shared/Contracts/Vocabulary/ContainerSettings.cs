namespace Ecs.Contracts.Vocabulary;

/// <summary>A line of a container's <c>/etc/hosts</c>.</summary>
public sealed record HostEntry
{
    /// <summary>The name.</summary>
    public string? Hostname { get; init; }

    /// <summary>The address.</summary>
    public string? IpAddress { get; init; }
}

/// <summary>A limit of a container's processes.</summary>
public sealed record Ulimit
{
    /// <summary>Which, in ECS's words: <c>nofile</c>, <c>nproc</c>, ...</summary>
    public string? Name { get; init; }

    /// <summary>What holds at first.</summary>
    public int? SoftLimit { get; init; }

    /// <summary>What a process can raise it to.</summary>
    public int? HardLimit { get; init; }
}

/// <summary>A kernel parameter of a container's own namespaces.</summary>
public sealed record SystemControl
{
    /// <summary>Its name, such as <c>net.core.somaxconn</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>Its value.</summary>
    public string? Value { get; init; }
}

/// <summary>Where what a container prints goes.</summary>
public sealed record LogConfiguration
{
    /// <summary>Docker's log driver.</summary>
    public string? LogDriver { get; init; }

    /// <summary>What the driver is told.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }
}

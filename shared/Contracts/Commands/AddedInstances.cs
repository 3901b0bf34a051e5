using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Commands;

/// <summary>
/// ECS's own RegisterContainerInstance: an instance is put down by somebody who is not its Agent. It gets no task until
/// an Agent has joined as it, with the same instance id.
/// </summary>
[CommandName("add-container-instance", Services.Scheduler)]
public sealed record AddContainerInstance : Command
{
    /// <summary>
    /// The cluster's name or ARN; <c>default</c>, which is made where it is not there, where nothing is said.
    /// </summary>
    public string? Cluster { get; init; }

    /// <summary>An instance that was added before and is told anew; a new one where nothing is said.</summary>
    public string? ContainerInstanceArn { get; init; }

    /// <summary><c>CPU</c> and <c>MEMORY</c>; <c>PORTS</c> and <c>PORTS_UDP</c> that no task may have.</summary>
    public IReadOnlyList<ReportedResource>? TotalResources { get; init; }

    /// <summary>The versions of Agent and Docker engine.</summary>
    public VersionInfo? VersionInfo { get; init; }

    /// <summary>What is said of the machine, at most 128; the target is the instance itself.</summary>
    public IReadOnlyList<InstanceAttribute>? Attributes { get; init; }

    /// <summary>Its tags, at most 50; of one that was added before they are left as they are.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }
}

/// <summary>One resource of an instance as its registration says it.</summary>
public sealed record ReportedResource
{
    /// <summary><c>CPU</c>, <c>MEMORY</c>, <c>PORTS</c> or <c>PORTS_UDP</c>.</summary>
    public string? Name { get; init; }

    /// <summary><c>INTEGER</c> or <c>STRINGSET</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The number of an INTEGER.</summary>
    public int? IntegerValue { get; init; }

    /// <summary>The ports of a STRINGSET.</summary>
    public IReadOnlyList<string>? StringSetValue { get; init; }
}

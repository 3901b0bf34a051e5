using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Commands;

/// <summary>
/// Registers a new revision of a family. The same content with the same version label answers with the revision that
/// exists; the label with other content is refused.
/// </summary>
[CommandName("register-task-definition", Services.Registry)]
public sealed record RegisterTaskDefinition : Command
{
    /// <summary>The family: 1-255 letters, digits, hyphens and underscores.</summary>
    public string? Family { get; init; }

    /// <summary>
    /// The sender's own label, such as a git SHA: 1-128 characters without <c>:</c> or <c>/</c>, never used again in
    /// its family. 1-9 digits always mean a revision, so such a label is refused.
    /// </summary>
    public string? VersionLabel { get; init; }

    /// <summary>The containers, 1..10.</summary>
    public IReadOnlyList<ContainerDefinition>? ContainerDefinitions { get; init; }

    /// <summary><c>bridge</c> (where nothing is said), <c>host</c> or <c>none</c>.</summary>
    public string? NetworkMode { get; init; }

    /// <summary>Cpu units of the whole task, as text.</summary>
    public string? Cpu { get; init; }

    /// <summary>MiB of the whole task, as text.</summary>
    public string? Memory { get; init; }

    /// <summary>Any of <c>EC2</c> and <c>EXTERNAL</c>, which both mean one's own machines here.</summary>
    public IReadOnlyList<string>? RequiresCompatibilities { get; init; }

    /// <summary>
    /// The role of ECS's own agent. It is kept and shown; what it would be needed for is refused where it is asked for.
    /// </summary>
    public string? ExecutionRoleArn { get; init; }

    /// <summary>The role of the containers' programs. It is kept and shown: nobody here gives credentials.</summary>
    public string? TaskRoleArn { get; init; }

    /// <summary>The machine that the images are made for: tasks are placed on no other.</summary>
    public RuntimePlatform? RuntimePlatform { get; init; }

    /// <summary>The instances that its tasks may be on: at most 10, all of type <c>memberOf</c>.</summary>
    public IReadOnlyList<PlacementConstraint>? PlacementConstraints { get; init; }

    /// <summary>The places for files that containers mount by name.</summary>
    public IReadOnlyList<Volume>? Volumes { get; init; }

    /// <summary><c>host</c>, <c>task</c>, or nothing: each container sees its own processes only.</summary>
    public string? PidMode { get; init; }

    /// <summary><c>host</c>, <c>task</c>, <c>none</c>, or nothing: as the engine is set.</summary>
    public string? IpcMode { get; init; }

    /// <summary>The revision's tags, at most 50. They are no part of what it says.</summary>
    public IReadOnlyList<Tag>? Tags { get; init; }
}

/// <summary>Makes a revision INACTIVE: its tasks go on, no new ones start.</summary>
[CommandName("deregister-task-definition", Services.Registry)]
public sealed record DeregisterTaskDefinition : Command
{
    /// <summary><c>family:revision</c>, <c>family:version-label</c> or the ARN.</summary>
    public string? TaskDefinition { get; init; }
}

/// <summary>
/// Gives up revisions that are INACTIVE: they become DELETE_IN_PROGRESS. Tasks of them go on, and the history stays.
/// </summary>
[CommandName("delete-task-definitions", Services.Registry)]
public sealed record DeleteTaskDefinitions : Command
{
    /// <summary>The most revisions that one command names.</summary>
    public const int MaxDefinitions = 10;

    /// <summary>
    /// 1..<see cref="MaxDefinitions"/> times <c>family:revision</c>, <c>family:version-label</c> or the ARN.
    /// </summary>
    public IReadOnlyList<string>? TaskDefinitions { get; init; }
}

/// <summary>Shows one revision.</summary>
[CommandName("describe-task-definition", Services.Registry, IsQuery = true)]
public sealed record DescribeTaskDefinition : Command
{
    /// <summary>
    /// <c>family</c> (its newest ACTIVE revision), <c>family:revision</c>, <c>family:version-label</c> or the ARN.
    /// </summary>
    public string? TaskDefinition { get; init; }

    /// <summary><c>TAGS</c>, to show them besides.</summary>
    public IReadOnlyList<string>? Include { get; init; }
}

/// <summary>Lists revisions' ARNs, by family and revision.</summary>
[CommandName("list-task-definitions", Services.Registry, IsQuery = true)]
public sealed record ListTaskDefinitions : Command
{
    /// <summary>Only this family.</summary>
    public string? FamilyPrefix { get; init; }

    /// <summary>Only revisions of this status; ACTIVE where nothing is said. <c>DELETE_IN_PROGRESS</c> too.</summary>
    public string? Status { get; init; }

    /// <summary><c>ASC</c> (where nothing is said) or <c>DESC</c>.</summary>
    public string? Sort { get; init; }

    /// <summary>The size of a page, 1..100.</summary>
    public int? MaxResults { get; init; }

    /// <summary>Where the last page ended, as its answer said.</summary>
    public string? NextToken { get; init; }
}

/// <summary>Lists families by name, but for those whose revisions are all given up.</summary>
[CommandName("list-task-definition-families", Services.Registry, IsQuery = true)]
public sealed record ListTaskDefinitionFamilies : Command
{
    /// <summary>Only families whose names start so.</summary>
    public string? FamilyPrefix { get; init; }

    /// <summary>
    /// <c>ACTIVE</c> (with an active revision), <c>INACTIVE</c> (without one) or <c>ALL</c> (where nothing is said).
    /// </summary>
    public string? Status { get; init; }

    /// <summary>The size of a page, 1..100.</summary>
    public int? MaxResults { get; init; }

    /// <summary>Where the last page ended, as its answer said.</summary>
    public string? NextToken { get; init; }
}

/// <summary>The reply of Register-, Deregister- and DescribeTaskDefinition.</summary>
/// <param name="TaskDefinition">The revision.</param>
/// <param name="Tags">Its tags, where they were given or asked for; else null.</param>
public sealed record TaskDefinitionResult(TaskDefinition TaskDefinition, IReadOnlyList<Tag>? Tags = null);

/// <summary>The reply of DeleteTaskDefinitions.</summary>
/// <param name="TaskDefinitions">Those that are given up.</param>
/// <param name="Failures">Those that are not, and why.</param>
public sealed record DeleteTaskDefinitionsResult(
    IReadOnlyList<TaskDefinition> TaskDefinitions, IReadOnlyList<Failure> Failures);

/// <summary>A page of revisions.</summary>
/// <param name="TaskDefinitionArns">Their ARNs.</param>
/// <param name="NextToken">Where the next page begins; null on the last.</param>
public sealed record ListTaskDefinitionsResult(IReadOnlyList<string> TaskDefinitionArns, string? NextToken);

/// <summary>A page of families.</summary>
/// <param name="Families">Their names.</param>
/// <param name="NextToken">Where the next page begins; null on the last.</param>
public sealed record ListTaskDefinitionFamiliesResult(IReadOnlyList<string> Families, string? NextToken);

using System.Diagnostics.CodeAnalysis;
using Ecs.Model.Fleet;

namespace Ecs.Model.ClusterQueries;

/// <summary>What a query can ask about.</summary>
internal enum SubjectKind
{
    AgentConnected,
    AgentVersion,
    Attribute,
    Ec2InstanceId,
    RegisteredAt,
    RunningTasksCount,
    TaskGroup,
}

/// <summary>What a comparison is about.</summary>
internal sealed record Subject(SubjectKind Kind, string Name)
{
    /// <summary>The longest name of an attribute, in characters, as in ECS.</summary>
    public const int MaxAttributeName = 128;

    /// <summary>What an attribute's name stands behind.</summary>
    public const string AttributePrefix = "attribute:";

    private static readonly Relation[] OfText = [Relation.Equal, Relation.In, Relation.Matches];

    private static readonly Relation[] OfSize =
        [Relation.Equal, Relation.Greater, Relation.GreaterOrEqual, Relation.Less, Relation.LessOrEqual];

    private static readonly Subject[] Fixed =
    [
        new(SubjectKind.AgentConnected, "agentConnected"),
        new(SubjectKind.AgentVersion, "agentVersion"),
        new(SubjectKind.Ec2InstanceId, "ec2InstanceId"),
        new(SubjectKind.RegisteredAt, "registeredAt"),
        new(SubjectKind.RunningTasksCount, "runningTasksCount"),
        new(SubjectKind.TaskGroup, "task:group"),
    ];

    /// <summary>What may stand in front of an operator, for messages.</summary>
    public static string Names { get; } = string.Join(", ", Fixed.Select(subject => subject.Name))
        + $" or {AttributePrefix}<name>";

    /// <summary>The attribute's name; the subject's own where it is none.</summary>
    public string AttributeName => Kind is SubjectKind.Attribute ? Name[AttributePrefix.Length..] : Name;

    /// <summary>Whether the instance's tasks matter.</summary>
    public bool DependsOnTasks => Kind is SubjectKind.RunningTasksCount or SubjectKind.TaskGroup;

    /// <summary>Reads a subject's name.</summary>
    public static bool TryRead(string name, [NotNullWhen(true)] out Subject? subject)
    {
        subject = Array.Find(Fixed, known => known.Name == name);
        if (subject is not null) return true;

        var attribute = name.StartsWith(AttributePrefix, StringComparison.Ordinal)
            ? name.AsSpan(AttributePrefix.Length)
            : [];
        if (attribute.Length is 0 or > MaxAttributeName || attribute.ContainsAnyExcept(Quoting.NameCharacters))
        {
            return false;
        }

        subject = new Subject(SubjectKind.Attribute, name);
        return true;
    }

    /// <summary>The operators that ECS's developer guide lists for the subject.</summary>
    public IEnumerable<Operator> Operators => Operator.Every.Where(known => Kind switch
    {
        SubjectKind.AgentConnected or SubjectKind.Ec2InstanceId => OfText.Contains(known.Relation),
        SubjectKind.AgentVersion or SubjectKind.RegisteredAt or SubjectKind.RunningTasksCount =>
            OfSize.Contains(known.Relation),
        SubjectKind.TaskGroup => OfText.Contains(known.Relation) || known.Relation is Relation.Exists,
        _ => true,
    });

    /// <summary>What an instance has as one text; null where it has none.</summary>
    public string? TextOf(InstanceState instance) => Kind switch
    {
        SubjectKind.AgentConnected => instance.AgentConnected ? "true" : "false",
        SubjectKind.AgentVersion => instance.Profile.VersionInfo.AgentVersion,
        SubjectKind.Ec2InstanceId => instance.Profile.Hostname,
        SubjectKind.Attribute => instance.Attributes.TryGetValue(AttributeName, out var value) ? value ?? "" : null,
        _ => null,
    };
}

using System.Diagnostics.CodeAnalysis;

namespace Ecs.Contracts;

/// <summary>The kinds of resource that have a stream in the log.</summary>
public enum ResourceKind
{
    /// <summary>A cluster: <c>cluster/&lt;name&gt;</c>.</summary>
    Cluster,

    /// <summary>A container instance: <c>container-instance/&lt;cluster&gt;/&lt;id&gt;</c>.</summary>
    ContainerInstance,

    /// <summary>A task: <c>task/&lt;cluster&gt;/&lt;id&gt;</c>.</summary>
    Task,

    /// <summary>
    /// A task definition: <c>task-definition/&lt;family&gt;:&lt;revision&gt;</c>; without the revision it names the
    /// family, whose stream holds all its revisions.
    /// </summary>
    TaskDefinition,

    /// <summary>
    /// What an account has set in a region: <c>account-settings/all</c>. ECS itself has no ARN for it.
    /// </summary>
    AccountSettings,
}

/// <summary>
/// An Amazon resource name, <c>arn:aws:ecs:&lt;region&gt;:&lt;account&gt;:&lt;kind&gt;/&lt;path&gt;</c>. It is the
/// identity of everything in the house and the key of its stream in the log.
/// </summary>
public sealed record Arn(Scope Scope, ResourceKind Kind, string Path)
{
    private const string Prefix = "arn:aws:ecs:";

    /// <summary>
    /// The last part of the path: a cluster's name, a task's or an instance's id, <c>family:revision</c>.
    /// </summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The cluster's name of a task or an instance; of a cluster its own; empty for a definition.</summary>
    public string ClusterName => Kind switch
    {
        ResourceKind.Cluster => Path,
        ResourceKind.TaskDefinition or ResourceKind.AccountSettings => "",
        _ => Path[..Math.Max(Path.IndexOf('/', StringComparison.Ordinal), 0)],
    };

    /// <summary>The word for a kind as it stands in an ARN, in routing keys and in stream names.</summary>
    public static string Word(ResourceKind kind) => kind switch
    {
        ResourceKind.Cluster => "cluster",
        ResourceKind.ContainerInstance => "container-instance",
        ResourceKind.Task => "task",
        ResourceKind.TaskDefinition => "task-definition",
        ResourceKind.AccountSettings => "account-settings",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>The ARN of a cluster.</summary>
    public static Arn Cluster(Scope scope, string name) => new(scope, ResourceKind.Cluster, name);

    /// <summary>The ARN of a task; ids are 32 hexadecimal characters.</summary>
    public static Arn Task(Scope scope, string cluster, string id) => new(scope, ResourceKind.Task, $"{cluster}/{id}");

    /// <summary>The ARN of a container instance; ids are 32 hexadecimal characters.</summary>
    public static Arn ContainerInstance(Scope scope, string cluster, string id) =>
        new(scope, ResourceKind.ContainerInstance, $"{cluster}/{id}");

    /// <summary>The ARN of one revision of a family.</summary>
    public static Arn TaskDefinition(Scope scope, string family, int revision) =>
        new(scope, ResourceKind.TaskDefinition, $"{family}:{revision}");

    /// <summary>The key of a family's stream: the ARN of a definition without its revision.</summary>
    public static Arn Family(Scope scope, string family) => new(scope, ResourceKind.TaskDefinition, family);

    /// <summary>The key of the stream of an account's settings in a region.</summary>
    public static Arn AccountSettings(Scope scope) => new(scope, ResourceKind.AccountSettings, "all");

    /// <summary>Reads an ARN; false where the text is none of ours.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Arn? arn)
    {
        arn = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;

        var parts = text[Prefix.Length..].Split(':', 3);
        if (parts.Length < 3 || parts[0].Length == 0 || parts[1].Length == 0) return false;

        var slash = parts[2].IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == parts[2].Length - 1) return false;

        ResourceKind? kind = parts[2][..slash] switch
        {
            "cluster" => ResourceKind.Cluster,
            "container-instance" => ResourceKind.ContainerInstance,
            "task" => ResourceKind.Task,
            "task-definition" => ResourceKind.TaskDefinition,
            "account-settings" => ResourceKind.AccountSettings,
            _ => null,
        };
        if (kind is null) return false;

        arn = new Arn(new Scope(parts[1], parts[0]), kind.Value, parts[2][(slash + 1)..]);
        return true;
    }

    /// <summary>Reads an ARN that the house itself wrote.</summary>
    /// <exception cref="FormatException">The text is not an ARN of this house.</exception>
    public static Arn Parse(string text) =>
        TryParse(text, out var arn) ? arn : throw new FormatException($"not an ECS ARN: '{text}'");

    /// <summary>The whole ARN as text.</summary>
    public override string ToString() => $"{Prefix}{Scope.Region}:{Scope.Account}:{Word(Kind)}/{Path}";
}

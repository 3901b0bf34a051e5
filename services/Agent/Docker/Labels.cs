using Ecs.Agent.Tasks;

namespace Ecs.Agent.Docker;

/// <summary>
/// The labels of every container that an Agent makes: after a crash they tell what is whose. An image that somebody
/// makes of such a container has them too, and so has all that runs of it: see <see cref="AreOf"/>.
/// </summary>
internal static class Labels
{
    /// <summary>The task's ARN.</summary>
    public const string TaskArn = "com.amazonaws.ecs.task-arn";

    /// <summary>The container's name in the definition.</summary>
    public const string ContainerName = "com.amazonaws.ecs.container-name";

    /// <summary>The definition's family.</summary>
    public const string Family = "com.amazonaws.ecs.task-definition-family";

    /// <summary>The definition's revision.</summary>
    public const string Revision = "com.amazonaws.ecs.task-definition-version";

    /// <summary>The cluster's name.</summary>
    public const string Cluster = "com.amazonaws.ecs.cluster";

    /// <summary>The id of the container instance: an Agent touches only what carries its own.</summary>
    public const string Instance = "ecs.events.container-instance";

    /// <summary>Of a volume that was made for one task: its name in the definition.</summary>
    public const string Volume = "ecs.events.volume";

    /// <summary>
    /// The ports of the machine that a container in the machine's own network has: <c>80/tcp,53/udp</c>. Docker opens
    /// none for it and tells none of it.
    /// </summary>
    public const string HostPorts = "ecs.events.host-ports";

    /// <summary>
    /// The ports of the machine that were chosen for a container's port ranges:
    /// <c>8000-8004=40000-40004/tcp,53-54=40005-40006/udp</c>.
    /// </summary>
    public const string PortRanges = "ecs.events.port-ranges";

    private static readonly string[] All =
        [TaskArn, ContainerName, Family, Revision, Cluster, Instance, Volume, HostPorts, PortRanges];

    /// <summary>
    /// Whether the labels are those of the container that Docker calls so: by the name that an Agent gives to what it
    /// makes, which two containers cannot have. All others have such labels from their image.
    /// </summary>
    public static bool AreOf(string? dockerName, IDictionary<string, string>? labels) =>
        labels is not null
        && labels.TryGetValue(TaskArn, out var task)
        && labels.TryGetValue(ContainerName, out var container)
        && labels.TryGetValue(Family, out var family)
        && labels.TryGetValue(Revision, out var revision)
        && dockerName == DockerNames.Of(family, revision, container, task[(task.LastIndexOf('/') + 1)..]);

    /// <summary>The ranges that a container's <see cref="PortRanges"/> tell.</summary>
    public static IEnumerable<HostRange> ReadPortRanges(IDictionary<string, string>? labels)
    {
        if (labels is null || !labels.TryGetValue(PortRanges, out var text)) yield break;

        foreach (var word in text.Split(','))
        {
            if (HostRange.TryParse(word, out var range)) yield return range;
        }
    }

    /// <summary>The ports that a container's <see cref="HostPorts"/> tell.</summary>
    public static IEnumerable<(int Port, string Protocol)> ReadHostPorts(IDictionary<string, string>? labels)
    {
        if (labels is null || !labels.TryGetValue(HostPorts, out var text)) yield break;

        foreach (var port in text.Split(',').Select(port => port.Split('/')))
        {
            if (port.Length == 2 && int.TryParse(port[0], out var number)) yield return (number, port[1]);
        }
    }

    /// <summary>A definition's labels without those that only an Agent sets.</summary>
    public static Dictionary<string, string> WithoutOwn(IReadOnlyDictionary<string, string>? labels) =>
        (labels ?? new Dictionary<string, string>()).Where(label => !All.Contains(label.Key, StringComparer.Ordinal))
            .ToDictionary(label => label.Key, label => label.Value);
}

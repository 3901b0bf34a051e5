namespace Ecs.Agent.Tasks;

/// <summary>The names that an Agent gives to its containers.</summary>
internal static class DockerNames
{
    /// <summary>
    /// Docker's name of a container: a second creation collides with it, and nothing else is called so.
    /// </summary>
    public static string Of(string family, string revision, string container, string taskId) =>
        $"ecs-{family}-{revision}-{container}-{taskId}";
}

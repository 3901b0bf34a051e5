using Docker.DotNet.Models;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using TaskState = Ecs.Agent.Tasks.TaskState;

namespace Ecs.Agent.Docker;

/// <summary>Whose processes and shared memory a container sees, in Docker's words.</summary>
internal static class Namespaces
{
    private const string OfTask = "task";

    /// <summary>Docker's word for a container whose shared memory and queues others may join.</summary>
    private const string Shareable = "shareable";

    /// <summary>The host's part of a container with these added.</summary>
    public static HostConfig Add(HostConfig host, TaskState task, ContainerDefinition definition)
    {
        var owner = task.Settings.OwnerFor(definition.Name) is { } name ? task.Find(name) : null;
        host.PidMode = Word(task.Settings.PidMode, owner, "")!;
        host.IpcMode = Word(task.Settings.IpcMode, owner, Shareable)!;
        return host;
    }

    private static string? Word(string? mode, ContainerState? owner, string owners) =>
        mode is not OfTask ? mode : owner is null ? owners : $"container:{owner.RuntimeId ?? owner.DockerName}";
}

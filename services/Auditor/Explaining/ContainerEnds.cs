using Ecs.Auditor.History;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Auditor.Explaining;

/// <summary>Which container ended a task, and how, out of what its Agent said of them.</summary>
internal static class ContainerEnds
{
    // ECS's words in front of a container's reason, and what they mean; {0} is the container.
    private static readonly (string Word, string Means)[] Meanings =
    [
        ("OutOfMemoryError", "the kernel killed {0} for want of memory"),
        ("CannotPullContainerError", "the image of {0} could not be pulled"),
        ("CannotCreateContainerError", "{0} could not be created"),
        ("CannotCreateVolumeError", "a volume of {0} could not be had"),
        ("CannotStartContainerError", "{0} could not be started"),
        ("CannotStopContainerError", "{0} could not be stopped"),
        ("CannotInspectContainerError", "{0} was taken from its Agent's hands"),
        ("ResourceInitializationError", "a secret or a file of variables of {0} could not be had"),
        ("TaskDependencyError", "{0} waited for what did not come"),
        ("DockerTimeoutError", "Docker took too long with {0}"),
    ];

    /// <summary>Why a task ended, as the rest of a sentence that begins with <c>because</c>.</summary>
    /// <param name="ending">What decided its end.</param>
    /// <param name="origin">How the task began.</param>
    public static string Of(TaskReported ending, TaskBegun origin)
    {
        var essential = origin.Containers.Where(container => container.Essential).Select(c => c.Name).ToHashSet();
        var first = ending.Containers
            .Where(container => container.Reason is not null || container.Status is LifecycleStatus.Stopped)
            // What could not begin is the cause; what began and ended was perhaps only stopped with it.
            .OrderBy(container => Meaning(container) is null)
            .ThenBy(container => !essential.Contains(container.Name))
            .ThenBy(container => container.StoppedAt ?? DateTimeOffset.MaxValue)
            .FirstOrDefault();
        return first is null
            ? "its Agent said so"
            : Told(first, essential.Contains(first.Name));
    }

    private static string Told(ContainerObservation container, bool isEssential)
    {
        var exit = container.ExitCode is { } code ? Words.Of($" with exit code {code}") : "";
        if (Meaning(container) is { } meaning)
        {
            var (word, means) = meaning;
            var rest = container.Reason![word.Length..].TrimStart(':', ' ');
            return string.Format(System.Globalization.CultureInfo.InvariantCulture, means, container.Name)
                + (rest.Length == 0 ? "" : $": {rest}") + (exit.Length == 0 ? "" : $"; it ended{exit}");
        }

        var reason = container.Reason is { } other ? $": {other}" : "";
        return isEssential
            ? $"{container.Name}, which is essential, ended by itself{exit}{reason}"
            : $"{container.Name} ended{exit}{reason}";
    }

    private static (string Word, string Means)? Meaning(ContainerObservation container)
    {
        foreach (var meaning in Meanings)
        {
            if (container.Reason?.StartsWith(meaning.Word, StringComparison.Ordinal) is true) return meaning;
        }

        return null;
    }
}

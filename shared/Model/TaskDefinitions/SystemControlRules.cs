using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of <c>systemControls</c>: kernel parameters that a container can have of its own.</summary>
internal static class SystemControlRules
{
    private const string OfNetwork = "net.";

    private const string OfQueues = "fs.mqueue.";

    private static readonly string[] Kernels =
    [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
        "kernel.shmmni", "kernel.shm_rmid_forced",
    ];

    /// <summary>What is wrong with one container's.</summary>
    public static IEnumerable<CommandError> Violations(IReadOnlyList<SystemControl> controls, string path) =>
        controls.Index().SelectMany(control => Of(control.Item, $"{path}[{control.Index}]"))
            .Concat(NameRules.Twice(controls.Select(control => control.Namespace), path, "namespace"));

    /// <summary>Whether the parameter belongs to a network.</summary>
    public static bool IsOfNetwork(string parameter) => Begins(parameter, OfNetwork);

    /// <summary>Whether the parameter belongs to shared memory and queues.</summary>
    public static bool IsOfIpc(string parameter) =>
        Begins(parameter, OfQueues) || Kernels.Contains(parameter, StringComparer.Ordinal);

    private static IEnumerable<CommandError> Of(SystemControl control, string path)
    {
        foreach (var missing in SettingRules.Given(path, ("namespace", control.Namespace), ("value", control.Value)))
        {
            yield return missing;
        }

        if (control.Namespace is not { Length: > 0 } parameter || IsOfNetwork(parameter) || IsOfIpc(parameter))
        {
            yield break;
        }

        yield return NameRules.Wrong(
            $"'{parameter}' is no kernel parameter of a container's own; 'namespace' is one of "
            + $"{string.Join(", ", Kernels)}, or begins with '{OfQueues}' or '{OfNetwork}'.",
            $"{path}.namespace");
    }

    private static bool Begins(string parameter, string with) =>
        parameter.Length > with.Length && parameter.StartsWith(with, StringComparison.Ordinal);
}

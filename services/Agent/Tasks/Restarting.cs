using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>
/// What a restart policy makes of a container that has ended: it is there to be started again, as the same container.
/// It never was Stopped then, so that neither its task nor those that depend on its end learn of one.
/// </summary>
internal static class Restarting
{
    /// <summary>ECS's period, in seconds, where a policy says none.</summary>
    private const int DefaultPeriod = 300;

    /// <summary>The container as it is to be started again, where that is to be; else as it is.</summary>
    public static ContainerState Revive(ContainerState container, Desired task) =>
        IsToRun(container, task) && (IsOwed(container) || IsAllowed(container))
            ? container with
            {
                Observed = Observed.Created,
                RestartOf = container.StartedAt,

                // It was of the run that has ended; a sign that comes from now on is of the next.
                RanOutOfMemory = false,
            }
            : container;

    /// <summary>The container as a new run of it began: nothing of the run before holds any more.</summary>
    public static ContainerState Begin(ContainerState container, DateTimeOffset at) => container with
    {
        RestartOf = null,
        Restart = new ContainerRestart(
            (container.Restart?.Count ?? 0) + 1, at, container.ExitCode, container.EndReason),
        StartedAt = at,
        StoppedAt = null,
        ExitCode = null,
        EndReason = null,
        Health = ContainerHealth.Unknown,
        Bindings = [.. container.Bindings.Where(binding => !IsDockersChoice(binding, container.Definition))],
        Refusals = 0,
    };

    // Docker opens another port for each run where the definition names none; all others stay with the container.
    private static bool IsDockersChoice(NetworkBinding binding, ContainerDefinition definition) =>
        binding.ContainerPortRange is null &&
        definition.PortMappings?.Any(mapping => mapping.HostPort > 0 && mapping.HostPort == binding.HostPort
            && (mapping.Protocol ?? "tcp") == binding.Protocol) is not true;

    // What is to stop, failed, was told as ended once or is not there any more never runs again.
    private static bool IsToRun(ContainerState container, Desired task) =>
        task == Desired.Running && container.WantedIn(task) == Desired.Running &&
        container is { Observed: Observed.Ended, Doing: Step.None, RuntimeId: not null, IsGone: false };

    // The start was asked for and did not happen: the Agent died, or Docker could not be reached.
    private static bool IsOwed(ContainerState container) =>
        container.RestartOf is { } run && run == container.StartedAt;

    // By Docker's own times of the run: the Agent's clock may have jumped, and it may not have been there at the end.
    // They may be the wrong way round: of a run of a moment the start is noted after the end.
    private static bool IsAllowed(ContainerState container) =>
        container.Definition.RestartPolicy is { Enabled: true } policy &&
        container is { ExitCode: { } code, StartedAt: { } started, StoppedAt: { } stopped } &&
        policy.IgnoredExitCodes?.Contains(code) is not true &&
        stopped - started >= TimeSpan.FromSeconds(policy.RestartAttemptPeriod ?? DefaultPeriod);
}

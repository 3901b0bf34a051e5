using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of <c>restartPolicy</c> and what is meant where it says nothing: ECS's own limits.</summary>
internal static class RestartRules
{
    /// <summary>The most exit codes that are ignored.</summary>
    public const int MaxIgnoredExitCodes = 50;

    /// <summary>Whether the policy is switched off: as if there were none.</summary>
    public static bool IsOff(ContainerRestartPolicy policy) => policy.Enabled is false;

    /// <summary>The policy with everything said; one that is switched off says all there is.</summary>
    public static ContainerRestartPolicy Fill(ContainerRestartPolicy policy) => IsOff(policy)
        ? policy
        : policy with
        {
            RestartAttemptPeriod = policy.RestartAttemptPeriod ?? 300,
            IgnoredExitCodes = policy.IgnoredExitCodes is { Count: > 0 } codes ? codes : null,
        };

    /// <summary>What is wrong with it, defaults filled in.</summary>
    public static IEnumerable<CommandError> Violations(ContainerRestartPolicy? policy, string path)
    {
        if (policy is null) yield break;

        if (policy.Enabled is null) yield return NameRules.Wrong("'enabled' is required.", $"{path}.enabled");
        if (policy.RestartAttemptPeriod is < 60 or > 1800)
        {
            yield return NameRules.Wrong(
                "'restartAttemptPeriod' must be from 60 to 1800 seconds.", $"{path}.restartAttemptPeriod");
        }

        if (policy.IgnoredExitCodes?.Count > MaxIgnoredExitCodes)
        {
            yield return NameRules.Wrong(
                $"'ignoredExitCodes' has {policy.IgnoredExitCodes.Count} exit codes; at most {MaxIgnoredExitCodes} are "
                + "allowed.",
                $"{path}.ignoredExitCodes");
        }
    }
}

using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of the machine that a definition's images are made for.</summary>
internal static class PlatformRules
{
    private const string Path = "runtimePlatform";

    /// <summary>What is wrong with it, defaults filled in.</summary>
    public static IEnumerable<CommandError> Violations(RuntimePlatform? platform)
    {
        if (platform?.CpuArchitecture is { } cpu && RequiredAttributes.Processor(cpu) is null)
        {
            yield return CommandError.Wrong($"{Path}.cpuArchitecture", $"must be X86_64 or ARM64, not '{cpu}'");
        }

        if (platform?.OperatingSystemFamily is not (null or "LINUX"))
        {
            yield return CommandError.Wrong(
                $"{Path}.operatingSystemFamily",
                $"must be LINUX, not '{platform.OperatingSystemFamily}': Agents run containers of Linux");
        }
    }
}

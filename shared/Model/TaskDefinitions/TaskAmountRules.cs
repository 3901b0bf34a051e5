using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of the cpu and memory of a whole task, which its containers share.</summary>
internal static class TaskAmountRules
{
    /// <summary>What is wrong with the task's own amounts, and between them and the containers'.</summary>
    /// <param name="content">The content, defaults filled in.</param>
    /// <param name="prefix">What stands before <c>cpu</c> and <c>memory</c> in the path of an error.</param>
    public static IEnumerable<CommandError> Violations(TaskDefinitionContent content, string prefix)
    {
        if (content.Cpu is { } cpu && Cpu(content, cpu, $"{prefix}cpu") is { } wrongCpu) yield return wrongCpu;
        if (content.Memory is { } memory && Memory(content, memory, $"{prefix}memory") is { } wrongMemory)
        {
            yield return wrongMemory;
        }
    }

    private static CommandError? Cpu(TaskDefinitionContent content, string text, string field)
    {
        if (!TaskAmounts.TryReadCpu(text, out var units) || units is < Limits.MinTaskCpu or > Limits.MaxTaskCpu)
        {
            return NameRules.Wrong(
                $"Invalid 'cpu' setting for task: give {Limits.MinTaskCpu} to {Limits.MaxTaskCpu} units, such as "
                + "'512', or vCPUs, such as '0.5 vCPU'.",
                field);
        }

        var sum = content.ContainerDefinitions.Sum(container => (long)(container.Cpu ?? 0));
        return sum <= units
            ? null
            : NameRules.Wrong($"The containers' 'cpu' adds up to {sum}, which is more than the task's {units}.", field);
    }

    private static CommandError? Memory(TaskDefinitionContent content, string text, string field)
    {
        if (!TaskAmounts.TryReadMemory(text, out var mebibytes)
            || mebibytes is < Limits.MinMemory or > Limits.MaxMemory)
        {
            return NameRules.Wrong(
                $"Invalid 'memory' setting for task: give {Limits.MinMemory} to {Limits.MaxMemory} MiB, such as "
                + "'512', or GB, such as '0.5 GB'.",
                field);
        }

        if (content.ContainerDefinitions.FirstOrDefault(c => c.Memory > mebibytes) is { } large)
        {
            return NameRules.Wrong(
                $"Invalid setting for container '{large.Name}'. Its 'memory' of {large.Memory} MiB is more than the "
                + $"task's {mebibytes}.",
                field);
        }

        var sum = content.ContainerDefinitions.Sum(c => (long)(c.MemoryReservation ?? c.Memory ?? 0));
        return sum <= mebibytes
            ? null
            : NameRules.Wrong(
                $"The containers' memory adds up to {sum} MiB, which is more than the task's {mebibytes}.", field);
    }
}

using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// The rules of <c>dependsOn</c>: each names another container of the task, once, and a condition that it can come to.
/// </summary>
internal static class DependencyRules
{
    private static readonly string Conditions = string.Join(", ", DependencyConditions.All);

    /// <summary>What is wrong with the dependencies, defaults filled in.</summary>
    public static IEnumerable<CommandError> Violations(IReadOnlyList<ContainerDefinition> containers) =>
        containers.Index().SelectMany(container => OfOne(
            containers, container.Item, $"containerDefinitions[{container.Index}].dependsOn"));

    private static IEnumerable<CommandError> OfOne(
        IReadOnlyList<ContainerDefinition> containers, ContainerDefinition container, string path)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, dependency) in (container.DependsOn ?? []).Index())
        {
            var name = dependency.ContainerName;
            var wrong = string.IsNullOrEmpty(name) ? "'containerName' is required."
                : name == container.Name ? $"The container '{name}' depends on itself."
                : !named.Add(name) ? $"The container '{container.Name}' depends on '{name}' twice."
                : null;
            if (wrong is not null)
            {
                yield return NameRules.Wrong(wrong, $"{path}[{i}].containerName");
            }
            else if (containers.FirstOrDefault(other => other.Name == name) is not { } target)
            {
                yield return NameRules.Wrong(
                    $"The container '{container.Name}' depends on '{name}', which is not in this task definition.",
                    $"{path}[{i}].containerName");
            }
            else if (Impossible(target, dependency.Condition) is { } why)
            {
                yield return NameRules.Wrong(why, $"{path}[{i}].condition");
            }
        }
    }

    private static string? Impossible(ContainerDefinition target, string? condition) => condition switch
    {
        DependencyConditions.Start => null,
        DependencyConditions.Complete or DependencyConditions.Success => target.Essential is true
            ? $"'{condition}' is not possible on '{target.Name}', which is essential: the task ends when it does."
            : null,
        DependencyConditions.Healthy => target.HealthCheck is null
            ? $"'{condition}' is not possible on '{target.Name}', which has no 'healthCheck'."
            : null,
        _ => $"'condition' must be one of {Conditions}.",
    };
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>What one RunTask changes of the definition that it runs.</summary>
public static class Overriding
{
    /// <summary>
    /// The content with the overrides applied: a command replaces, environment variables are added and replace those of
    /// the same name, amounts replace. Several overrides of one container apply in their order. Else what is wrong.
    /// </summary>
    /// <param name="content">The definition's content.</param>
    /// <param name="overrides">The overrides; null for none.</param>
    /// <param name="applied">The content that the task runs: what it asks for, without what is said to be off.</param>
    /// <param name="error">What is wrong, with the path of the member.</param>
    public static bool TryApply(
        TaskDefinitionContent content,
        TaskOverrides? overrides,
        [NotNullWhen(true)] out TaskDefinitionContent? applied,
        [NotNullWhen(false)] out CommandError? error)
    {
        applied = null;
        error = overrides is null ? null : Shape(overrides) ?? Unknown(content, overrides);
        if (error is not null) return false;

        var changed = Meanings.Of(overrides is null ? content : Change(content, overrides));
        error = overrides is null ? null : Violations(changed, overrides).FirstOrDefault();
        if (error is not null) return false;

        applied = changed;
        return true;
    }

    private static CommandError? Shape(TaskOverrides overrides)
    {
        var characters = JsonSerializer.Serialize(overrides, EcsJson.Options).Length;
        if (characters > Limits.MaxOverridesCharacters)
        {
            return Wrong(
                $"The overrides have {characters} characters; at most {Limits.MaxOverridesCharacters} are allowed.",
                "overrides");
        }

        const string Path = "overrides.containerOverrides";
        return ShapeRules.Nulls(overrides.ContainerOverrides, Path)
            .Concat(overrides.ContainerOverrides.Index().Where(entry => entry.Item is not null).SelectMany(entry =>
                ShapeRules.Nulls(entry.Item.Command, $"{Path}[{entry.Index}].command")
                    .Concat(ShapeRules.Nulls(entry.Item.Environment, $"{Path}[{entry.Index}].environment"))
                    .Concat(ShapeRules.Nulls(
                        entry.Item.EnvironmentFiles, $"{Path}[{entry.Index}].environmentFiles"))))
            .Select(AsParameter)
            .FirstOrDefault();
    }

    private static CommandError? Unknown(TaskDefinitionContent content, TaskOverrides overrides)
    {
        for (var i = 0; i < overrides.ContainerOverrides.Count; i++)
        {
            var name = overrides.ContainerOverrides[i].Name;
            if (content.ContainerDefinitions.Any(container => container.Name == name)) continue;

            return Wrong(
                $"Override for container named {name} is not a container in the TaskDefinition.",
                $"overrides.containerOverrides[{i}].name");
        }

        return null;
    }

    private static TaskDefinitionContent Change(TaskDefinitionContent content, TaskOverrides overrides) =>
        Defaults.Fill(content with
        {
            ContainerDefinitions = [.. content.ContainerDefinitions.Select(container =>
                overrides.ContainerOverrides.Where(o => o.Name == container.Name).Aggregate(container, Change))],
            Cpu = overrides.Cpu ?? content.Cpu,
            Memory = overrides.Memory ?? content.Memory,
        });

    private static ContainerDefinition Change(ContainerDefinition container, ContainerOverride change) => container with
    {
        Command = change.Command is { Count: > 0 } command ? command : container.Command,
        EnvironmentFiles = change.EnvironmentFiles is { Count: > 0 } files ? files : container.EnvironmentFiles,
        Environment = Merge(container.Environment ?? [], change.Environment ?? []),
        Cpu = change.Cpu ?? container.Cpu,
        Memory = change.Memory ?? container.Memory,
        MemoryReservation = change.MemoryReservation ?? container.MemoryReservation,
    };

    // As in the container itself: of variables with one name the last holds.
    private static IReadOnlyList<NameValue> Merge(
        IReadOnlyList<NameValue> environment, IReadOnlyList<NameValue> changes) =>
    [
        .. environment.Concat(changes).GroupBy(variable => variable.Name, StringComparer.Ordinal)
            .Select(same => same.Last()),
    ];

    private static IEnumerable<CommandError> Violations(TaskDefinitionContent changed, TaskOverrides overrides)
    {
        for (var i = 0; i < overrides.ContainerOverrides.Count; i++)
        {
            var change = overrides.ContainerOverrides[i];
            var path = $"overrides.containerOverrides[{i}]";
            var container = changed.ContainerDefinitions.First(c => c.Name == change.Name);
            foreach (var error in ContainerRules.Resources(container, changed.Memory is not null, path)
                .Concat(ContainerRules.Environment(change.Environment ?? [], $"{path}.environment"))
                .Concat(SecretRules.Files(
                    change.EnvironmentFiles is { Count: > 0 } ? container.EnvironmentFiles ?? [] : [],
                    $"{path}.environmentFiles"))
                .Concat(Secret(container, change, $"{path}.environment"))
                .Concat(ContainerRules.Words(change.Command ?? [], $"{path}.command")))
            {
                yield return AsParameter(error);
            }
        }

        foreach (var error in TaskAmountRules.Violations(changed, "overrides.")) yield return AsParameter(error);
    }

    private static IEnumerable<CommandError> Secret(
        ContainerDefinition container, ContainerOverride change, string path) =>
        (change.Environment ?? []).Index()
            .Where(variable => (container.Secrets ?? []).Any(secret => secret.Name == variable.Item.Name))
            .Select(variable => NameRules.Wrong(
                $"'{variable.Item.Name}' is a secret of the container '{container.Name}', which no variable replaces.",
                $"{path}[{variable.Index}].name"));

    // The definition itself is right: what is wrong here is a parameter of RunTask.
    private static CommandError AsParameter(CommandError error) =>
        error with { Type = ErrorTypes.InvalidParameter };

    private static CommandError Wrong(string message, string field) =>
        new(ErrorTypes.InvalidParameter, message) { Field = field };
}

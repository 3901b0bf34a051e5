using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>What can be registered: ECS's rules, and its messages where they are known.</summary>
public static class TaskDefinitionRules
{
    /// <summary>Reads a registration as content with every default filled in; else says what is wrong first.</summary>
    /// <param name="command">The registration.</param>
    /// <param name="content">What a revision of it says.</param>
    /// <param name="error">What is wrong, with the path of the member.</param>
    public static bool TryRead(
        RegisterTaskDefinition command,
        [NotNullWhen(true)] out TaskDefinitionContent? content,
        [NotNullWhen(false)] out CommandError? error)
    {
        error = Violations(command).FirstOrDefault();
        content = error is null ? Defaults.Fill(command) : null;
        return error is null;
    }

    /// <summary>
    /// Whether a registration says what a revision says. It may be one that was let in by other rules, and be kept in
    /// the form of other defaults, and what one leaves out the other may say to be off: neither makes it another.
    /// </summary>
    public static bool SaysTheSame(RegisterTaskDefinition command, Revision revision)
    {
        if (Nulls(command).Any()) return false;

        return Meaning(Defaults.Fill(command)) == Meaning(Defaults.Fill(revision.Content));
    }

    /// <summary>Everything that is wrong with a registration, in the order in which it is worth mending.</summary>
    public static IEnumerable<CommandError> Violations(RegisterTaskDefinition command)
    {
        if (NameRules.Check(command.Family, "Family", "family") is { } family) yield return family;
        if (command.VersionLabel is { } text && VersionLabel.Check(text, "versionLabel") is { } label)
        {
            yield return label;
        }

        var containers = command.ContainerDefinitions ?? [];
        if (containers.Count is 0 or > Limits.MaxContainers)
        {
            yield return NameRules.Wrong(
                containers.Count is 0
                    ? "Container definitions list cannot be empty."
                    : $"A task definition has at most {Limits.MaxContainers} containers, not {containers.Count}.",
                "containerDefinitions");
            yield break;
        }

        var nulls = Nulls(command).ToList();
        foreach (var error in nulls) yield return error;
        if (nulls.Count > 0) yield break;

        foreach (var error in Violations(Defaults.Fill(command))) yield return error;
    }

    /// <summary>What is wrong with content whose defaults are filled in and whose lists hold no null.</summary>
    internal static IEnumerable<CommandError> Violations(TaskDefinitionContent content)
    {
        // First, so that the work of every other rule is bounded.
        var size = CanonicalJson.Bytes(content).Length;
        if (size > Limits.MaxContentBytes)
        {
            yield return NameRules.Wrong(
                $"The task definition has {size} bytes; at most {Limits.MaxContentBytes} (64 KiB) are allowed.",
                "containerDefinitions");
            yield break;
        }

        // What is said to be off breaks no rule.
        content = Meanings.Of(content);
        foreach (var error in NetworkRules.Violations(content)
            .Concat(VolumeRules.Violations(content.Volumes ?? []))
            .Concat(TaskAmountRules.Violations(content, ""))
            .Concat(content.ContainerDefinitions.SelectMany((container, i) =>
                ContainerRules.Violations(container, content.Memory is not null, $"containerDefinitions[{i}]")))
            .Concat(Duplicates(content.ContainerDefinitions))
            .Concat(Essential(content.ContainerDefinitions))
            .Concat(PortRules.Violations(content.ContainerDefinitions))
            .Concat(LinkRules.Violations(content.ContainerDefinitions))
            .Concat(MountRules.Violations(content))
            .Concat(DependencyRules.Violations(content.ContainerDefinitions))
            .Concat(StartOrder.Violations(content.ContainerDefinitions))
            .Concat(ConstraintRules.Violations(content.PlacementConstraints))
            .Concat(PlatformRules.Violations(content.RuntimePlatform))
            .Concat(Compatibilities(content.RequiresCompatibilities ?? [])))
        {
            yield return error;
        }
    }

    private static string Meaning(TaskDefinitionContent content) => CanonicalJson.Digest(Meanings.Of(content));

    private static IEnumerable<CommandError> Nulls(RegisterTaskDefinition command) =>
        ShapeRules.Violations(command.ContainerDefinitions ?? []).Concat(ShapeRules.Violations(command.Volumes));

    private static IEnumerable<CommandError> Compatibilities(IReadOnlyList<string?> types)
    {
        for (var i = 0; i < types.Count; i++)
        {
            if (types[i] is "EC2" or "EXTERNAL") continue;

            yield return CommandError.Wrong(
                $"requiresCompatibilities[{i}]",
                $"must be EC2 or EXTERNAL, not '{types[i]}': tasks run on one's own machines");
        }
    }

    private static IEnumerable<CommandError> Duplicates(IReadOnlyList<ContainerDefinition> containers)
    {
        var seen = new HashSet<string?>(StringComparer.Ordinal) { null, "" };
        for (var i = 0; i < containers.Count; i++)
        {
            var name = containers[i].Name;
            if (string.IsNullOrEmpty(name) || seen.Add(name)) continue;

            yield return NameRules.Wrong(
                $"The container name '{name}' is used twice; it must be unique in its task definition.",
                $"containerDefinitions[{i}].name");
        }
    }

    private static IEnumerable<CommandError> Essential(IReadOnlyList<ContainerDefinition> containers)
    {
        if (containers.Any(container => container.Essential is true)) yield break;

        yield return NameRules.Wrong(
            "A task definition must have at least one essential container.", "containerDefinitions");
    }
}

using Ecs.Contracts.Commands;

namespace Ecs.Model.TaskDefinitions;

/// <summary>ECS's rule for the names of families, containers and link aliases.</summary>
internal static class NameRules
{
    /// <summary>The longest name, in characters, as ECS has it.</summary>
    public const int MaxLength = 255;

    /// <summary>Why the text cannot be a name, in ECS's words; null where it can.</summary>
    /// <param name="text">The name.</param>
    /// <param name="what">What it names, as ECS's message begins: <c>Family</c>, <c>Container.name</c>.</param>
    /// <param name="field">The member that holds it.</param>
    public static CommandError? Check(string? text, string what, string field)
    {
        if (string.IsNullOrEmpty(text)) return Wrong($"{what} should not be null or empty.", field);
        if (text.Length > MaxLength)
        {
            return Wrong($"{what} has {text.Length} characters; at most {MaxLength} are allowed.", field);
        }

        return text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? null
            : Wrong($"{what} contains invalid characters: use letters, digits, hyphens and underscores.", field);
    }

    /// <summary>What is wrong with a list whose items are told apart by one member: two have the same.</summary>
    /// <param name="keys">That member of each item.</param>
    /// <param name="list">The list's path.</param>
    /// <param name="member">The member's name.</param>
    public static IEnumerable<CommandError> Twice(IEnumerable<string?> keys, string list, string member)
    {
        var seen = new HashSet<string?>(StringComparer.Ordinal) { null, "" };
        foreach (var (index, key) in keys.Index())
        {
            if (string.IsNullOrEmpty(key) || seen.Add(key)) continue;

            yield return Wrong(
                $"The {member} '{key}' is used twice; which of them holds would be anybody's guess.",
                $"{list}[{index}].{member}");
        }
    }

    /// <summary>The refusal of a member of a definition.</summary>
    public static CommandError Wrong(string message, string field) =>
        new(ErrorTypes.Client, message) { Field = field };
}

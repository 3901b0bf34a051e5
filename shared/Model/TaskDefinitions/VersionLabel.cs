using Ecs.Contracts.Commands;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// The sender's own name for a revision. It stands where a revision's number may stand, so it must never look like one.
/// </summary>
public static class VersionLabel
{
    /// <summary>The longest label, in characters: room for a SHA-256 and a prefix, twice.</summary>
    public const int MaxLength = 128;

    /// <summary>The most digits that are read as a revision's number, so that it always fits 32 bits.</summary>
    public const int MaxRevisionDigits = 9;

    /// <summary>Whether the text means a revision's number: 1 to 9 digits, always.</summary>
    public static bool IsRevision(string text) =>
        text.Length is >= 1 and <= MaxRevisionDigits && text.All(char.IsAsciiDigit);

    /// <summary>Why the text cannot be a label; null where it can.</summary>
    /// <param name="text">The label.</param>
    /// <param name="field">The member that holds it.</param>
    public static CommandError? Check(string text, string field)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return Wrong($"A version label has 1 to {MaxLength} characters, not {text.Length}.", field);
        }

        if (IsRevision(text))
        {
            return Wrong($"'{text}' cannot be a version label: 1 to 9 digits always mean a revision.", field);
        }

        if (text.AsSpan().IndexOfAny(':', '/') >= 0)
        {
            return Wrong($"'{text}' cannot be a version label: it must not contain ':' or '/'.", field);
        }

        return text.Any(char.IsControl)
            ? Wrong("A version label must not contain control characters.", field)
            : null;
    }

    private static CommandError Wrong(string message, string field) =>
        new(ErrorTypes.Client, message) { Field = field };
}

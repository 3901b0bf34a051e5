using Ecs.Contracts.Commands;

namespace Ecs.Model;

/// <summary>The member <c>include</c> of Describe operations: what to show besides.</summary>
public static class Inclusion
{
    /// <summary>The word for tags.</summary>
    public const string Tags = "TAGS";

    /// <summary>The refusal of a word that the operation does not know; null where it knows them all.</summary>
    /// <param name="include">What is asked for; null for nothing.</param>
    /// <param name="known">What the operation knows.</param>
    public static CommandError? Wrong(IReadOnlyList<string?>? include, params ReadOnlySpan<string> known)
    {
        foreach (var word in include ?? [])
        {
            if (!known.Contains(word))
            {
                return CommandError.Wrong("include", $"must hold nothing but {string.Join(", ", known!)}");
            }
        }

        return null;
    }

    /// <summary>Whether something is asked for.</summary>
    public static bool Has(this IReadOnlyList<string>? include, string word) =>
        include?.Contains(word, StringComparer.Ordinal) is true;
}

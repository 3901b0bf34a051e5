using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Ecs.Contracts.Commands;

namespace Ecs.Model;

/// <summary>One page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="NextToken">Where the next page begins; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextToken);

/// <summary>
/// Cuts lists into ECS's pages. A token holds the key of the last item, not a number of items, so pages stay right
/// while things come and go between them; to its reader it is opaque.
/// </summary>
public static class Paging
{
    /// <summary>The largest page, in items, and the size where nothing is said, as in ECS.</summary>
    public const int MaxResults = 100;

    // Tells our tokens from any other text that happens to be base64.
    private const string Mark = "after ";

    /// <summary>The page that a query asks for; else what is wrong with its parameters.</summary>
    /// <param name="sorted">All items, in the ordinal order of their keys, rising or falling.</param>
    /// <param name="key">The key of an item; no two have the same.</param>
    /// <param name="falling">Whether the keys fall.</param>
    /// <param name="query">What the query said of its page.</param>
    /// <param name="page">The page.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="filter">Which items are listed; null for all. It is not asked about those of earlier pages.</param>
    public static bool TryCut<T>(
        IEnumerable<T> sorted,
        Func<T, string> key,
        bool falling,
        (int? MaxResults, string? NextToken) query,
        [NotNullWhen(true)] out Page<T>? page,
        [NotNullWhen(false)] out CommandError? error,
        Func<T, bool>? filter = null)
    {
        (page, error) = (null, null);
        if (query.MaxResults is < 1 or > MaxResults)
        {
            error = Wrong($"maxResults must be from 1 to {MaxResults}.", "maxResults");
            return false;
        }

        string? after = null;
        if (query.NextToken is { } token && !TryRead(token, out after))
        {
            error = Wrong("nextToken must be one that an earlier page answered.", "nextToken");
            return false;
        }

        var size = query.MaxResults ?? MaxResults;
        var rest = after is null ? sorted : sorted.SkipWhile(item => !IsBehind(key(item), after, falling));
        if (filter is not null) rest = rest.Where(filter);
        var items = rest.Take(size + 1).ToList();
        page = items.Count <= size
            ? new Page<T>(items, null)
            : new Page<T>(items[..size], Write(key(items[size - 1])));
        return true;
    }

    private static bool IsBehind(string key, string after, bool falling)
    {
        var order = string.CompareOrdinal(key, after);
        return falling ? order < 0 : order > 0;
    }

    private static string Write(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Mark + key));

    private static bool TryRead(string token, [NotNullWhen(true)] out string? key)
    {
        var text = Base64Url.IsValid(token) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)) : "";
        key = text.StartsWith(Mark, StringComparison.Ordinal) ? text[Mark.Length..] : null;
        return key is not null;
    }

    private static CommandError Wrong(string message, string field) =>
        new(ErrorTypes.InvalidParameter, message) { Field = field };
}

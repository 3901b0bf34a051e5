using System.Buffers.Text;
using System.Text;
using Ecs.Contracts.Commands;
using Ecs.Model;

namespace Ecs.Scheduler.Queries;

/// <summary>
/// Pages of names in their order. A token is the last name of the page before, so pages stay right while things come
/// and
/// go between them.
/// </summary>
internal static class Paging
{
    /// <summary>The largest page, and the size where nothing is said, as in ECS.</summary>
    public const int MaxResults = 100;

    /// <summary>One page of <paramref name="sorted"/>, shaped by <paramref name="shape"/>.</summary>
    public static Decision Page(
        IEnumerable<string> sorted,
        int? maxResults,
        string? nextToken,
        Func<IReadOnlyList<string>, string?, object> shape)
    {
        if (maxResults is < 1 or > MaxResults)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, $"maxResults must be 1 to {MaxResults}.", "maxResults");
        }

        string? after = null;
        if (nextToken is not null && (after = Read(nextToken)) is null)
        {
            return Decision.Refuse(
                ErrorTypes.InvalidParameter, "nextToken must be one that an earlier page answered.", "nextToken");
        }

        var size = maxResults ?? MaxResults;
        var page = sorted
            .SkipWhile(name => after is not null && string.CompareOrdinal(name, after) <= 0)
            .Take(size + 1)
            .ToList();
        return page.Count <= size
            ? Decision.Accept(shape(page, null))
            : Decision.Accept(shape(page[..size], Write(page[size - 1])));
    }

    private static string Write(string last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(last));

    private static string? Read(string token) =>
        Base64Url.IsValid(token) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)) : null;
}

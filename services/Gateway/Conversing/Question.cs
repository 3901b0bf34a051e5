using System.Globalization;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Conversing;

/// <summary>
/// Reads a request's query strictly: a member that is not known, or said wrongly, is an error that names it.
/// </summary>
internal sealed class Question
{
    private readonly IQueryCollection _query;

    /// <param name="query">The query.</param>
    /// <param name="known">Every member that it may have.</param>
    public Question(IQueryCollection query, params string[] known)
    {
        _query = query;
        foreach (var name in query.Keys.Where(name => !known.Contains(name, StringComparer.Ordinal)))
        {
            throw Wrong(name, $"is not known here: it may be {string.Join(", ", known)}");
        }
    }

    /// <summary>A text; null where it is left out.</summary>
    public string? Text(string name) => _query[name] switch
    {
        [] => null,
        [{ Length: > 0 } one] => one,
        [_] => null,
        _ => throw Wrong(name, "must be given once"),
    };

    /// <summary>Every text of that name.</summary>
    public IReadOnlyList<string> Texts(string name) => [.. _query[name].Select(text => text ?? "")];

    /// <summary>Whether it is said.</summary>
    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw Wrong(name, "must be true or false"),
    };

    /// <summary>A whole number within limits; null where it is left out.</summary>
    public int? Number(string name, int least, int most)
    {
        if (Text(name) is not { } text) return null;

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
                ? number
                : throw Wrong(name, $"must be a whole number from {least} to {most}");
    }

    /// <summary>A moment in ISO 8601; null where it is left out.</summary>
    public DateTimeOffset? Moment(string name)
    {
        if (Text(name) is not { } text) return null;

        // A plus that was not escaped reads as a blank.
        return DateTimeOffset.TryParse(
            text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            && moment > DateTimeOffset.UnixEpoch
                ? moment
                : throw Wrong(name, "must be a moment in ISO 8601, such as 2026-11-25T16:00:00Z");
    }

    /// <summary>The refusal of a member.</summary>
    public static RefusedException Wrong(string name, string rule) =>
        new(StatusCodes.Status400BadRequest, CommandError.Wrong(name, rule));
}

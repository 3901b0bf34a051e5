using System.Globalization;

namespace Ecs.Auditor.Requests;

/// <summary>
/// A question's parameters, strictly read: what is not known or said twice is refused, so that no typing error changes
/// an answer in silence.
/// </summary>
internal sealed class Parameters
{
    private readonly IQueryCollection _query;

    /// <param name="query">What was asked.</param>
    /// <param name="known">The names of all parameters that the question has.</param>
    /// <exception cref="RefusedException">There is another parameter, or one is given twice.</exception>
    public Parameters(IQueryCollection query, params string[] known)
    {
        _query = query;
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw RefusedException.Wrong(name, $"is not a parameter here; there are {string.Join(", ", known)}.");
            }

            if (values.Count > 1) throw RefusedException.Wrong(name, "is given more than once.");
        }
    }

    /// <summary>A text; null where it is not given or empty.</summary>
    public string? Text(string name) => _query[name].FirstOrDefault() is { Length: > 0 } text ? text : null;

    /// <summary>A whole number within its range; null where it is not given.</summary>
    public long? Number(string name, long least, long most)
    {
        if (!_query.ContainsKey(name)) return null;

        return long.TryParse(_query[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw RefusedException.Wrong(name, string.Create(
                CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}."));
    }

    /// <summary><c>true</c> or <c>false</c>, which it is where it is not given.</summary>
    public bool Flag(string name) => _query[name].FirstOrDefault() switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw RefusedException.Wrong(name, "must be true or false."),
    };
}

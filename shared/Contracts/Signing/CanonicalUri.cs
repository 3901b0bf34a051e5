using System.Text;

namespace Ecs.Contracts.Signing;

/// <summary>Paths and queries as Signature Version 4 hashes them.</summary>
internal static class CanonicalUri
{
    /// <summary>
    /// A path of the request line: without dot segments and doubled slashes, and encoded once more, so that a percent
    /// sign of the request line becomes <c>%25</c>; every service but S3 has it so.
    /// </summary>
    public static string Path(string path)
    {
        var kept = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "..")
            {
                if (kept.Count > 0) kept.RemoveAt(kept.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                kept.Add(Encode(part));
            }
        }

        var isFolder = kept.Count > 0 && path.EndsWith('/');
        return "/" + string.Join('/', kept) + (isFolder ? "/" : "");
    }

    /// <summary>A query's parameters, each encoded anew, in the order of their names and values.</summary>
    public static string Query(string query)
    {
        if (query.Length == 0) return "";

        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(parameter => parameter.Split('=', 2))
            .Select(parts => (Name: Recode(parts[0]), Value: parts.Length > 1 ? Recode(parts[1]) : ""))
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .ThenBy(parameter => parameter.Value, StringComparer.Ordinal);
        return string.Join('&', parameters.Select(parameter => $"{parameter.Name}={parameter.Value}"));
    }

    private static string Recode(string text) => Encode(Uri.UnescapeDataString(text));

    private static string Encode(string text)
    {
        if (text.All(IsPlain)) return text;

        var encoded = new StringBuilder(text.Length + 16);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            if (IsPlain((char)unit)) encoded.Append((char)unit);
            else encoded.Append('%').Append(Convert.ToHexString([unit]));
        }

        return encoded.ToString();
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';
}

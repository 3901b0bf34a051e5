using Ecs.Contracts.Signing;

namespace Ecs.Gateway.Access;

/// <summary>The Authorization header of a signed request, taken apart.</summary>
internal sealed record Authorization(
    string AccessKey, CredentialScope Scope, IReadOnlyList<string> SignedHeaders, string Signature)
{
    /// <summary>More names than any client signs; each costs a pass over the headers.</summary>
    public const int MaxSignedHeaders = 64;

    /// <summary>Reads the header; what is missing in it is told as AWS tells it.</summary>
    public static (Authorization? Authorization, string? Lacks) Read(string header)
    {
        var parts = header[SignatureV4.Algorithm.Length..].Split(',')
            .Select(part => part.Trim().Split('=', 2))
            .Where(part => part.Length == 2)
            .GroupBy(part => part[0], part => part[1], StringComparer.Ordinal)
            .ToDictionary(part => part.Key, part => part.First(), StringComparer.Ordinal);
        var lacks = string.Join(' ', ((string[])["Credential", "Signature", "SignedHeaders"])
            .Where(name => parts.GetValueOrDefault(name) is not { Length: > 0 })
            .Select(name => $"Authorization header requires '{name}' parameter."));
        if (lacks.Length > 0) return (null, lacks);

        if (parts["Credential"].Split('/') is not
            [{ Length: > 0 } key, { Length: 8 } date, { Length: > 0 } region, { Length: > 0 } service, var end]
            || end is not CredentialScope.End
            || !IsRegion(region))
        {
            return (null, "Credential must have exactly 5 slash-delimited elements: "
                + "<access key>/<date>/<region>/ecs/aws4_request.");
        }

        var names = parts["SignedHeaders"].Split(';');
        return names.Length > MaxSignedHeaders
            ? (null, $"SignedHeaders may name at most {MaxSignedHeaders} headers.")
            : (new(key, new CredentialScope(date, region, service), names, parts["Signature"]), null);
    }

    // It becomes a part of ARNs.
    private static bool IsRegion(string text) =>
        text.Length <= 32 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-');
}

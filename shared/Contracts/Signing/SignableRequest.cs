namespace Ecs.Contracts.Signing;

/// <summary>What Signature Version 4 sees of a request.</summary>
/// <param name="Method">The method, in capitals.</param>
/// <param name="Path">The path exactly as it stands in the request line, percent-encodings included.</param>
/// <param name="Query">The query as it stands there, without its question mark; empty where there is none.</param>
/// <param name="Headers">The headers by their names; one that is sent twice is there twice.</param>
/// <param name="Body">The body's bytes.</param>
public sealed record SignableRequest(
    string Method,
    string Path,
    string Query,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    ReadOnlyMemory<byte> Body);

/// <summary>What a signature is good for: <c>&lt;date&gt;/&lt;region&gt;/&lt;service&gt;/aws4_request</c>.</summary>
/// <param name="Date">The day, as <c>yyyyMMdd</c> in UTC.</param>
/// <param name="Region">The region's name.</param>
/// <param name="Service">The service's name: <c>ecs</c>.</param>
public sealed record CredentialScope(string Date, string Region, string Service)
{
    /// <summary>The scope's last part, which is the same for all.</summary>
    public const string End = "aws4_request";

    /// <inheritdoc/>
    public override string ToString() => $"{Date}/{Region}/{Service}/{End}";
}

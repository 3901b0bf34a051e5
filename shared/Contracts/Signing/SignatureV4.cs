using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ecs.Contracts.Signing;

/// <summary>
/// AWS's Signature Version 4, as the public documentation of its steps has it: canonical request, string to sign,
/// signing key, signature. Pure: whoever calls it says the time.
/// </summary>
public static class SignatureV4
{
    /// <summary>The scheme of the Authorization header.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The header of the time: <c>yyyyMMddTHHmmssZ</c>.</summary>
    public const string DateHeader = "x-amz-date";

    /// <summary>The header that tells the body's hash, where a client sends it.</summary>
    public const string BodyHashHeader = "x-amz-content-sha256";

    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>A time as it is signed.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads a time as it is signed.</summary>
    public static bool TryParseTime(string? text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>The SHA-256 of some bytes, in small hexadecimal digits.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The request as both sides hash it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="signedHeaders">The names of the headers that are signed, small and in order.</param>
    public static string CanonicalRequest(SignableRequest request, IReadOnlyList<string> signedHeaders)
    {
        var text = new StringBuilder()
            .Append(request.Method).Append('\n')
            .Append(CanonicalUri.Path(request.Path)).Append('\n')
            .Append(CanonicalUri.Query(request.Query)).Append('\n');
        foreach (var name in signedHeaders)
        {
            var values = request.Headers
                .Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                .Select(header => Squeeze(header.Value));
            text.Append(name).Append(':').AppendJoin(',', values).Append('\n');
        }

        return text.Append('\n')
            .AppendJoin(';', signedHeaders).Append('\n')
            .Append(Hash(request.Body.Span))
            .ToString();
    }

    /// <summary>What is signed: the time, the scope and the hash of the canonical request.</summary>
    public static string StringToSign(string time, CredentialScope scope, string canonicalRequest) =>
        $"{Algorithm}\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonicalRequest))}";

    /// <summary>The signature of a request, in small hexadecimal digits.</summary>
    public static string Sign(
        string secret, string time, CredentialScope scope, SignableRequest request, IReadOnlyList<string> signedHeaders)
    {
        var text = StringToSign(time, scope, CanonicalRequest(request, signedHeaders));
        return Convert.ToHexStringLower(Mac(SigningKey(secret, scope), text));
    }

    /// <summary>The Authorization header of a request all of whose headers are to be signed.</summary>
    public static string Authorization(
        string accessKey, string secret, string time, CredentialScope scope, SignableRequest request)
    {
        List<string> names =
        [
            .. request.Headers.Select(header => header.Key.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal),
        ];
        return $"{Algorithm} Credential={accessKey}/{scope}, SignedHeaders={string.Join(';', names)}, "
            + $"Signature={Sign(secret, time, scope, request, names)}";
    }

    private static byte[] SigningKey(string secret, CredentialScope scope)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in (string[])[scope.Date, scope.Region, scope.Service, CredentialScope.End])
        {
            key = Mac(key, part);
        }

        return key;
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    // Spaces around a value and runs of them inside it do not count.
    private static string Squeeze(string value)
    {
        value = value.Trim();
        if (!value.Contains("  ", StringComparison.Ordinal)) return value;

        return string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}

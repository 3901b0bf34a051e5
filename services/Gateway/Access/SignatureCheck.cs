using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Signing;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Access;

/// <summary>
/// Verifies Signature Version 4: whose key it is, that the time is near, that everything that matters is signed, and
/// that the signature is that of this request with its body. Pure; types and words of the refusals are those of AWS's
/// JSON services, which answer all of them with HTTP 400.
/// </summary>
internal static class SignatureCheck
{
    /// <summary>How far a client's clock may be from the Gateway's, as AWS has it.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    private const string Service = "ecs";

    /// <summary>Who asks, or why the request is not taken.</summary>
    public static (Caller? Caller, CommandError? Error) Verify(
        SignableRequest request, AccessKeys keys, DateTimeOffset now)
    {
        if (request.Query.Contains("X-Amz-Signature=", StringComparison.OrdinalIgnoreCase)
            || request.Query.Contains("X-Amz-Algorithm=", StringComparison.OrdinalIgnoreCase))
        {
            return Incomplete("Signatures in the query (presigned URLs) are not taken here: sign with the header.");
        }

        if (Header(request, "Authorization") is not { } header) return Refuse(AccessErrors.Missing);
        if (!header.StartsWith(SignatureV4.Algorithm + " ", StringComparison.Ordinal))
        {
            return Incomplete($"Unsupported AWS 'algorithm'; only {SignatureV4.Algorithm} is understood.");
        }

        var (authorization, lacks) = Authorization.Read(header);
        if (authorization is null) return Incomplete(lacks!);
        if (keys.Find(authorization.AccessKey) is not { } key || Header(request, "X-Amz-Security-Token") is not null)
        {
            return Refuse(AccessErrors.Unrecognized);
        }

        var why = WrongScope(authorization) ?? WrongTime(request, authorization, now)
            ?? NotSigned(request, authorization) ?? WrongBody(request) ?? WrongSignature(request, authorization, key);
        return why is null ? (Caller.Of(key, authorization.Scope.Region), null) : (null, why);
    }

    private static CommandError? WrongScope(Authorization authorization) => authorization.Scope.Service is Service
        ? null
        : AccessErrors.Invalid($"Credential should be scoped to correct service: '{Service}'.");

    private static CommandError? WrongTime(SignableRequest request, Authorization authorization, DateTimeOffset now)
    {
        if (TimeOf(request) is not { } time)
        {
            return AccessErrors.Incomplete(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
        }

        var text = SignatureV4.Format(time);
        if (text[..8] != authorization.Scope.Date)
        {
            return AccessErrors.Invalid(
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                + $"'{authorization.Scope.Date}' != '{text[..8]}', from '{text}'.");
        }

        var clock = SignatureV4.Format(now);
        if (time < now - Skew)
        {
            return AccessErrors.Invalid(
                $"Signature expired: {text} is now earlier than {SignatureV4.Format(now - Skew)} ({clock} - 15 min.)");
        }

        return time <= now + Skew ? null : AccessErrors.Invalid(
            $"Signature not yet current: {text} is still later than {SignatureV4.Format(now + Skew)} "
            + $"({clock} + 15 min.)");
    }

    // What says what is asked, of whom and when may not be changed on the way.
    private static CommandError? NotSigned(SignableRequest request, Authorization authorization)
    {
        var signed = authorization.SignedHeaders;
        if (!signed.Contains("host", StringComparer.Ordinal))
        {
            return AccessErrors.Invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.");
        }

        var name = request.Headers.Select(header => header.Key.ToLowerInvariant())
            .FirstOrDefault(name => Matters(request, name) && !signed.Contains(name, StringComparer.Ordinal));
        return name is null
            ? null
            : AccessErrors.Invalid($"'{name}' must be a 'SignedHeader' in the AWS Authorization.");
    }

    private static bool Matters(SignableRequest request, string name) =>
        name.StartsWith("x-amz-", StringComparison.Ordinal)
        || (name is "date" && Header(request, SignatureV4.DateHeader) is null);

    private static CommandError? WrongBody(SignableRequest request) =>
        Header(request, SignatureV4.BodyHashHeader) is not { } said
            || said.Equals(SignatureV4.Hash(request.Body.Span), StringComparison.OrdinalIgnoreCase)
            ? null
            : AccessErrors.Invalid(
                "The value of the header 'x-amz-content-sha256' is not the SHA-256 of the body, which must be signed.");

    private static CommandError? WrongSignature(SignableRequest request, Authorization authorization, AccessKey key)
    {
        var time = Header(request, SignatureV4.DateHeader) ?? SignatureV4.Format(TimeOf(request)!.Value);
        var right = SignatureV4.Sign(key.Secret, time, authorization.Scope, request, authorization.SignedHeaders);

        // In a time that does not tell how much of it is right.
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(right), Encoding.ASCII.GetBytes(authorization.Signature))
            ? null
            : AccessErrors.Mismatch;
    }

    private static DateTimeOffset? TimeOf(SignableRequest request)
    {
        if (Header(request, SignatureV4.DateHeader) is { } own)
        {
            return SignatureV4.TryParseTime(own, out var time) ? time : null;
        }

        return Header(request, "Date") is { } date
            && (SignatureV4.TryParseTime(date, out var parsed) || DateTimeOffset.TryParseExact(
                date, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out parsed))
            ? parsed
            : null;
    }

    // Of a header that is sent twice the values are one text, as in the canonical request: no time, no hash, no key.
    private static string? Header(SignableRequest request, string name)
    {
        var values = request.Headers
            .Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(header => header.Value.Trim())
            .ToList();
        return values.Count == 0 ? null : string.Join(',', values);
    }

    private static (Caller?, CommandError?) Incomplete(string why) => Refuse(AccessErrors.Incomplete(why));

    private static (Caller?, CommandError?) Refuse(CommandError error) => (null, error);
}

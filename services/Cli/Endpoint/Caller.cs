using System.Text.RegularExpressions;
using Ecs.Contracts;
using Ecs.Contracts.Signing;

namespace Ecs.Cli.Endpoint;

/// <summary>
/// Who asks and in which region, as the AWS CLI says it: from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION,
/// so that both tools see the same clusters. Without an access key it is the name of the machine's user.
/// </summary>
internal sealed partial record Caller(string Key, string Region)
{
    // A field and no member of the record's text: it is never printed.
    private string? _secret;

    /// <summary>Reads the environment; an option wins over it.</summary>
    public static Caller From(Func<string, string?> environment, string? region)
    {
        var key = environment("AWS_ACCESS_KEY_ID") is { Length: > 0 } given
            ? given
            : NotInAKey().Replace(Environment.UserName, "-");
        return new(key.Length == 0 ? "ecs" : key, FirstOf(
            region, environment("AWS_REGION"), environment("AWS_DEFAULT_REGION")) ?? Scope.DefaultRegion)
        {
            _secret = FirstOf(environment("AWS_SECRET_ACCESS_KEY")),
        };
    }

    /// <summary>
    /// Says who asks: signed by Signature Version 4 where AWS_SECRET_ACCESS_KEY is set; without it only the credential
    /// scope, which is enough where unsigned access is on. The Gateway knows the account of a key.
    /// </summary>
    public void Sign(HttpRequestMessage request, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var time = SignatureV4.Format(now);
        var scope = new CredentialScope(time[..8], Region, "ecs");
        if (_secret is null)
        {
            request.Headers.TryAddWithoutValidation(
                "Authorization",
                $"{SignatureV4.Algorithm} Credential={Key}/{scope}, SignedHeaders=host, Signature=none");
            return;
        }

        var address = request.RequestUri!;
        request.Headers.Host = address.Authority;
        request.Headers.TryAddWithoutValidation(SignatureV4.DateHeader, time);
        List<KeyValuePair<string, string>> signed =
        [
            KeyValuePair.Create("host", address.Authority),
            .. request.Headers
                .Where(header => header.Key.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase))
                .Select(header => KeyValuePair.Create(header.Key, string.Join(',', header.Value))),
        ];
        var signable = new SignableRequest(
            request.Method.Method, address.AbsolutePath, address.Query.TrimStart('?'), signed, body);
        request.Headers.TryAddWithoutValidation(
            "Authorization", SignatureV4.Authorization(Key, _secret, time, scope, signable));
    }

    private static string? FirstOf(params string?[] values) => values.FirstOrDefault(value => value is { Length: > 0 });

    [GeneratedRegex("[^A-Za-z0-9_.@+=-]")]
    private static partial Regex NotInAKey();
}

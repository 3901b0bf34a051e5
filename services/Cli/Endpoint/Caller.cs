using System.Text.RegularExpressions;
using Ecs.Contracts;

namespace Ecs.Cli.Endpoint;

/// <summary>
/// Who asks and in which region, as the AWS CLI says it: from AWS_ACCESS_KEY_ID and AWS_REGION, so that both tools
/// see the same clusters. Without an access key it is the name of the machine's user.
/// </summary>
internal sealed partial record Caller(string Key, string Region)
{
    /// <summary>Reads the environment; an option wins over it.</summary>
    public static Caller From(Func<string, string?> environment, string? region)
    {
        var key = environment("AWS_ACCESS_KEY_ID") is { Length: > 0 } given
            ? given
            : NotInAKey().Replace(Environment.UserName, "-");
        return new(key.Length == 0 ? "ecs" : key, FirstOf(
            region, environment("AWS_REGION"), environment("AWS_DEFAULT_REGION")) ?? Scope.DefaultRegion);
    }

    /// <summary>The account: a key of twelve digits names its own, as the Gateway reads it.</summary>
    public string Account => Key.Length == 12 && Key.All(char.IsAsciiDigit) ? Key : Scope.DefaultAccount;

    /// <summary>
    /// The Authorization header: the credential scope of Signature Version 4. There is no signature in it, since the
    /// Gateway verifies none, and no secret is needed for it.
    /// </summary>
    public string Authorization(DateTimeOffset now) =>
        $"AWS4-HMAC-SHA256 Credential={Key}/{now.UtcDateTime:yyyyMMdd}/{Region}/ecs/aws4_request, "
        + "SignedHeaders=host, Signature=none";

    private static string? FirstOf(params string?[] values) => values.FirstOrDefault(value => value is { Length: > 0 });

    [GeneratedRegex("[^A-Za-z0-9_.@+=-]")]
    private static partial Regex NotInAKey();
}

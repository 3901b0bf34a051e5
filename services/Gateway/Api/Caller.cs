using System.Text.RegularExpressions;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Api;

/// <summary>
/// Who asks and in which name space, taken from the credential scope of Signature Version 4
/// (<c>Credential=&lt;key&gt;/&lt;date&gt;/&lt;region&gt;/ecs/aws4_request</c>). The signature itself is not verified:
/// the Gateway trusts whoever reaches it.
/// </summary>
internal sealed partial record Caller(Scope Scope, string Actor)
{
    private const string Scheme = "AWS4-HMAC-SHA256";

    /// <summary>Whoever sends no credentials.</summary>
    public static Caller Anonymous { get; } = new(Scope.Default, "anonymous");

    /// <summary>Reads the Authorization header; a caller without an AWS one is <see cref="Anonymous"/>.</summary>
    public static (Caller? Caller, CommandError? Error) Read(string? authorization)
    {
        if (authorization?.StartsWith("AWS4-", StringComparison.Ordinal) is not true) return (Anonymous, null);

        if (!authorization.StartsWith(Scheme + " ", StringComparison.Ordinal))
        {
            return (null, Incomplete($"only the scheme {Scheme} is understood"));
        }

        var match = CredentialScope().Match(authorization);
        if (!match.Success)
        {
            return (null, Incomplete("it needs Credential=<access key>/<date>/<region>/ecs/aws4_request"));
        }

        var key = match.Groups["key"].Value;
        var region = match.Groups["region"].Value;

        // A key of twelve digits names its own account, so that several accounts need no set-up.
        var isAccount = key.Length == 12 && key.All(char.IsAsciiDigit);
        var account = isAccount ? key : Scope.DefaultAccount;
        var actor = isAccount ? $"arn:aws:iam::{key}:root" : $"arn:aws:iam::{account}:user/{key}";
        return (new Caller(new Scope(account, region), actor), null);
    }

    private static CommandError Incomplete(string why) =>
        new("IncompleteSignatureException", $"The Authorization header cannot be read: {why}.");

    [GeneratedRegex(
        @"[ ,]Credential=(?<key>[A-Za-z0-9_.@+=-]{1,128})/[0-9]{8}/(?<region>[a-z0-9-]{1,32})/ecs/aws4_request(,|\s|$)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CredentialScope();
}

using System.Text.RegularExpressions;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Gateway.Access;
using Microsoft.AspNetCore.Http.Features;

namespace Ecs.Gateway.Api;

/// <summary>
/// Who asks and in which name space, taken from the credential scope of Signature Version 4
/// (<c>Credential=&lt;key&gt;/&lt;date&gt;/&lt;region&gt;/ecs/aws4_request</c>).
/// </summary>
internal sealed partial record Caller(Scope Scope, string Actor)
{
    private const string Scheme = "AWS4-HMAC-SHA256";

    /// <summary>Whoever sends no credentials.</summary>
    public static Caller Anonymous { get; } = new(Scope.Default, "anonymous");

    /// <summary>
    /// Whether only what is of its own account may be shown to it: true of everyone whose signature was verified, but
    /// operators.
    /// </summary>
    public bool IsLimited { get; init; }

    /// <summary>Who sent a request that the house let in.</summary>
    public static Caller Of(HttpContext http) => http.Features.GetRequiredFeature<Caller>();

    /// <summary>Whoever signed with a key of the table.</summary>
    public static Caller Of(AccessKey key, string region) =>
        new(new Scope(key.Account, region), ActorOf(key.Id, key.Account)) { IsLimited = !key.IsOperator };

    /// <summary>
    /// Reads the Authorization header without verifying it, where unsigned access is on; a caller without an AWS one
    /// is <see cref="Anonymous"/>.
    /// </summary>
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
        var account = AccessKeys.IsAccount(key) ? key : Scope.DefaultAccount;
        return (new Caller(new Scope(account, region), ActorOf(key, account)), null);
    }

    private static string ActorOf(string key, string account) =>
        key == account ? $"arn:aws:iam::{key}:root" : $"arn:aws:iam::{account}:user/{key}";

    private static CommandError Incomplete(string why) =>
        new("IncompleteSignatureException", $"The Authorization header cannot be read: {why}.");

    [GeneratedRegex(
        @"[ ,]Credential=(?<key>[A-Za-z0-9_.@+=-]{1,128})/[0-9]{8}/(?<region>[a-z0-9-]{1,32})/ecs/aws4_request(,|\s|$)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CredentialScope();
}

using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Access;

/// <summary>The refusals of who may not come in, by the types and in the words of AWS.</summary>
internal static class AccessErrors
{
    /// <summary>There is no Authorization header.</summary>
    public static readonly CommandError Missing =
        new("MissingAuthenticationTokenException", "Missing Authentication Token");

    /// <summary>The access key, or a session token, is not known.</summary>
    public static readonly CommandError Unrecognized =
        new("UnrecognizedClientException", "The security token included in the request is invalid.");

    /// <summary>The signature is another one than the secret gives.</summary>
    public static readonly CommandError Mismatch = Invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
        + "Key and signing method. Consult the service documentation for details.");

    /// <summary>The caller is known, and may not have this.</summary>
    public static readonly CommandError NotOperator = new(
        "AccessDeniedException",
        "This shows what belongs to every account, so it is for access keys marked 'operator' alone.");

    public static CommandError Incomplete(string why) => new("IncompleteSignatureException", why);

    public static CommandError Invalid(string why) => new("InvalidSignatureException", why);
}

using System.Text.RegularExpressions;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Primitives;

namespace Ecs.Auditor.Requests;

/// <summary>
/// Who asks, as the Gateway says it in <see cref="AskerHeaders"/>: their account and region are those of whatever the
/// question does not name, and whoever is limited to an account is told nothing of another's, not even that it is
/// there. It holds for every question: those about the whole log refuse the limited ones.
/// </summary>
internal static partial class Asking
{
    private const string Account = "account";
    private const string Region = "region";

    // Questions about things that a name without account and region may mean.
    private static readonly PathString[] OfOneThing = ["/history", "/explain", "/state", "/diff", "/simulate"];

    // Questions about the log itself, which is every account's.
    private static readonly PathString[] OfAllAccounts = ["/replay", "/verify", "/export", "/checkpoint"];

    /// <summary>Makes the question one of the asker's.</summary>
    /// <exception cref="RefusedException">A limited asker asks of another account, or of the whole log.</exception>
    public static Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Request.Headers;
        var account = headers[AskerHeaders.Account].ToString();
        if (account.Length == 0 || http.Request.Path.StartsWithSegments("/health")) return next(http);

        var isLimited = headers[AskerHeaders.Limited] == "true";
        if (isLimited) CheckIsOf(account, http.Request);

        var query = http.Request.Query.ToDictionary(StringComparer.Ordinal);
        var isOfOneThing = Array.Exists(OfOneThing, path => http.Request.Path.StartsWithSegments(path));
        if (isLimited || isOfOneThing) query.TryAdd(Account, account);
        if (isOfOneThing) query.TryAdd(Region, headers[AskerHeaders.Region]);
        http.Request.Query = new QueryCollection(query);
        return next(http);
    }

    private static void CheckIsOf(string account, HttpRequest request)
    {
        if (Array.Exists(OfAllAccounts, path => request.Path.StartsWithSegments(path)))
        {
            throw new RefusedException(StatusCodes.Status403Forbidden, new CommandError(
                "AccessDeniedException",
                $"{request.Path} is about the whole log: your access key shows the account {account} alone."));
        }

        var asked = request.Query[Account];
        if (asked.Count > 0 && asked != new StringValues(account))
        {
            throw new RefusedException(StatusCodes.Status403Forbidden, new CommandError(
                "AccessDeniedException", $"Your access key shows what is of the account {account} alone.")
            {
                Field = Account,
            });
        }

        if (Accounts().Matches(Plain(request)).FirstOrDefault(arn => arn.Groups[1].Value != account) is { } foreign)
        {
            throw RefusedException.Unknown(
                $"The log knows nothing of the account {foreign.Groups[1].Value} for your access key.", "of");
        }
    }

    // However often it was encoded: an endpoint may decode once more than this one knows.
    private static string Plain(HttpRequest request)
    {
        var text = request.GetEncodedPathAndQuery();
        while (Uri.UnescapeDataString(text) is var plain && plain != text) text = plain;
        return text;
    }

    [GeneratedRegex("arn:[^:/?&]*:[^:/?&]*:[^:/?&]*:([^:/?&]*):", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Accounts();
}

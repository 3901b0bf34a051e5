using Ecs.Auditor.Requests;
using Ecs.Contracts;

namespace Ecs.Auditor.Following;

/// <summary>What is asked of <c>GET /log</c>.</summary>
/// <param name="After">Only events behind this position.</param>
/// <param name="Limit">At most so many; null for no end but the log's.</param>
/// <param name="Follow">Whether to stay and send what is written from now on.</param>
/// <param name="Account">Only events of this account's resources; null for everybody's.</param>
internal sealed record LogQuestion(long After, long? Limit, bool Follow, string? Account = null)
{
    /// <summary>The largest limit, in events: more than that is as good as none, and probably an error.</summary>
    public const long MaxLimit = 1_000_000_000;

    /// <exception cref="RefusedException">A parameter is wrong.</exception>
    public static LogQuestion Read(IQueryCollection query)
    {
        var parameters = new Parameters(query, "after", "limit", "follow", "account");
        return new LogQuestion(
            parameters.Number("after", 0, long.MaxValue) ?? 0,
            parameters.Number("limit", 1, MaxLimit),
            parameters.Flag("follow"),
            parameters.Text("account"));
    }

    /// <summary>Whether it asks for a stream's events.</summary>
    public bool Wants(string stream) =>
        Account is null || (Arn.TryParse(stream, out var arn) && arn.Scope.Account == Account);
}

using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Log;

namespace Ecs.Auditor.History;

/// <summary>
/// <c>GET /history?causedBy=</c>: all that one command caused: the command with its answer, its events of every stream,
/// and the commands and events that its correlation ties to it, of the same account and region.
/// </summary>
internal sealed class CausedEndpoint(EventLog log)
{
    private const string CausedBy = "causedBy";

    /// <summary>The most commands of one answer; past it, it says that there are more.</summary>
    private const int MaxCommands = 1_000;

    /// <summary>The most commands with the same id that are told: routine reports may repeat theirs.</summary>
    private const int MaxSame = 20;

    /// <summary>Longer than every id of a command that there can be, in characters.</summary>
    private const int MaxLength = 1_024;

    /// <summary>The fewest characters that a cut id is looked for by.</summary>
    private const int MinCut = 8;

    /// <summary>Whether a history is asked of a command.</summary>
    public static bool IsAsked(HttpContext http) => http.Request.Query.ContainsKey(CausedBy);

    /// <summary>Answers it.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        var parameters = new Parameters(http.Request.Query, CausedBy, "account", "region", "after", "limit");
        if (parameters.Text(CausedBy) is not { Length: <= MaxLength } id || id.Contains('\0', StringComparison.Ordinal))
        {
            throw RefusedException.Wrong(CausedBy, "must be the id of a command.");
        }

        var scope = new Scope(
            parameters.Text("account") ?? Scope.DefaultAccount, parameters.Text("region") ?? Scope.DefaultRegion);
        var after = parameters.Number("after", 0, long.MaxValue) ?? 0;
        var limit = (int)(parameters.Number("limit", 1, HistoryEndpoint.MaxEntries) ?? HistoryEndpoint.MaxEntries);
        await http.Response.WriteAsJsonAsync(
            await ReadAsync(scope, id, after, limit, http.RequestAborted), EcsJson.Options, http.RequestAborted);
    }

    private async Task<CausedView> ReadAsync(Scope scope, string id, long after, int limit, CancellationToken ct)
    {
        var asked = await AskedAsync(scope, id, ct);
        id = asked[0].Command.Key.CommandId;
        var (tied, hasMore) = await TiedAsync(scope, asked, ct);
        var events = await log.ReadConsequencesAsync(tied, after, limit + 1, ct);
        var ofAsked = asked.Select(Identity).ToHashSet();
        var page = HistoryPage.Of(events, after, limit);
        var missing = await log.FindMissingAsync(tied, ct);
        return new CausedView(
            id,
            [.. tied.Select(one => CausedCommand.Of(one, ofAsked.Contains(Identity(one))))],
            hasMore,
            page.Entries(await log.FindCausesAsync(page.Positions, ct)),
            page.Gaps(missing.Select(HistoryGap.Of)),
            page.NextAfter);
    }

    /// <summary>The command itself; of an id that explanations cut the one that begins so.</summary>
    private async Task<IReadOnlyList<TiedCommand>> AskedAsync(Scope scope, string id, CancellationToken ct)
    {
        var asked = await log.FindSentAsync(scope, id, MaxSame, ct);
        if (asked.Count == 0 && Beginning(id) is { Length: >= MinCut } beginning)
        {
            asked = await log.FindBegunAsync(scope, beginning, MaxSame, ct);
        }

        return asked.Select(one => one.Command.Key.CommandId).Distinct(StringComparer.Ordinal).ToList() switch
        {
            [_] => asked,
            [] => throw RefusedException.Unknown(
                $"The log knows no command '{id}' of the account {scope.Account} in {scope.Region}.", CausedBy),
            var ids => throw RefusedException.Wrong(CausedBy, $"may be {Words.List(ids)}: give more of it."),
        };
    }

    private static string? Beginning(string id) =>
        id.EndsWith('…') ? id[..^1] : id.EndsWith("...", StringComparison.Ordinal) ? id[..^3] : null;

    private async Task<(List<TiedCommand> Tied, bool HasMore)> TiedAsync(
        Scope scope, IReadOnlyList<TiedCommand> asked, CancellationToken ct)
    {
        var tied = asked.ToList();
        var known = asked.Select(Identity).ToHashSet();
        foreach (var correlation in asked.Select(one => one.Correlation).Distinct(StringComparer.Ordinal))
        {
            var more = await log.FindTiedAsync(scope, correlation, MaxCommands + 1, ct);
            tied.AddRange(more.Where(one => known.Add(Identity(one))));
        }

        var hasMore = tied.Count > MaxCommands;
        if (hasMore) tied.RemoveRange(MaxCommands, tied.Count - MaxCommands);
        return ([.. tied.OrderBy(Identity)], hasMore);
    }

    // Routine reports may share a key.
    private static (long Commit, int Ordinal) Identity(TiedCommand tied) => (tied.Commit, tied.Ordinal);
}

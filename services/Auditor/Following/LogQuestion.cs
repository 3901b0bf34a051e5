using Ecs.Auditor.Requests;
using Ecs.Log;

namespace Ecs.Auditor.Following;

/// <summary>What is asked of <c>GET /log</c>.</summary>
/// <param name="After">Only events behind this position.</param>
/// <param name="Limit">At most so many; null for no end but the log's.</param>
/// <param name="Follow">Whether to stay and send what is written from now on.</param>
/// <param name="Filter">Only these; null for all.</param>
/// <param name="Heartbeat">
/// Whether a follower also gets lines with the position that the log has been read up to: where nothing of the filter
/// is written, and as a sign of life.
/// </param>
internal sealed record LogQuestion(long After, long? Limit, bool Follow, LogFilter? Filter, bool Heartbeat)
{
    /// <summary>The largest limit, in events: more than that is as good as none, and probably an error.</summary>
    public const long MaxLimit = 1_000_000_000;

    private static readonly string[] Narrowing =
        ["kind", "event", "cluster", "family", "instance", "task", "account", "region"];

    /// <summary>Reads the question; what a reader of server-sent events had last wins over <c>after</c>.</summary>
    /// <exception cref="RefusedException">A parameter is wrong.</exception>
    public static LogQuestion Read(IQueryCollection query, string? lastEventId = null)
    {
        var parameters = new Parameters(query, ["after", "limit", "follow", "heartbeat", .. Narrowing]);
        var after = parameters.Number("after", 0, long.MaxValue) ?? 0;
        if (lastEventId is { Length: > 0 })
        {
            after = long.TryParse(lastEventId, out var last) && last >= 0
                ? last
                : throw RefusedException.Wrong("Last-Event-ID", "must be a position of the log.");
        }

        return new LogQuestion(
            after,
            parameters.Number("limit", 1, MaxLimit),
            parameters.Flag("follow"),
            FilterOf(parameters),
            parameters.Flag("heartbeat"));
    }

    private static LogFilter? FilterOf(Parameters parameters) => new LogNarrowing
    {
        Kind = parameters.Text("kind"),
        Event = parameters.Text("event"),
        Cluster = parameters.Text("cluster"),
        Family = parameters.Text("family"),
        Instance = parameters.Text("instance"),
        Task = parameters.Text("task"),
        Account = parameters.Text("account"),
        Region = parameters.Text("region"),
    }.ToFilter();
}

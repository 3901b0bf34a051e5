using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Events;
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

    private const int AccountDigits = 12;

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
            Narrowing.Any(name => parameters.Text(name) is not null) ? FilterOf(parameters) : null,
            parameters.Flag("heartbeat"));
    }

    private static LogFilter FilterOf(Parameters parameters)
    {
        var (account, region) = (parameters.Text("account"), parameters.Text("region"));
        if (account is not null && (account.Length != AccountDigits || !account.All(char.IsAsciiDigit)))
        {
            throw RefusedException.Wrong("account", $"must be {AccountDigits} digits.");
        }

        return new LogFilter
        {
            Kinds = parameters.Text("kind") is { } kinds ? [.. kinds.Split(',').Select(Kind)] : null,
            Names = parameters.Text("event") is { } names ? [.. names.Split(',').Select(Name)] : null,
            Places = Places(parameters, account, region),
        };
    }

    private static LogPlaces Places(Parameters parameters, string? account, string? region)
    {
        var place = new LogPlaces(account, region, parameters.Text("cluster"), parameters.Text("family"))
        {
            Instance = parameters.Text("instance"),
            Task = parameters.Text("task"),
        };
        foreach (var (name, value) in new[] { ("task", place.Task), ("instance", place.Instance) })
        {
            if (value is not null && value.Any(c => !char.IsAsciiLetterOrDigit(c)))
            {
                throw RefusedException.Wrong(name, "must be an id: the last part of its ARN.");
            }
        }

        return place;
    }

    private static ResourceKind Kind(string word) =>
        Enum.GetValues<ResourceKind>().Where(kind => Arn.Word(kind) == word).Cast<ResourceKind?>().FirstOrDefault()
        ?? throw RefusedException.Wrong(
            "kind", $"must be of {string.Join(", ", Enum.GetValues<ResourceKind>().Select(Arn.Word))}, not '{word}'.");

    private static string Name(string name) => EventTypes.Find(name) is not null
        ? name
        : throw RefusedException.Wrong("event", $"must be the name of an event, such as task-running, not '{name}'.");
}

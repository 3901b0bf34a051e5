using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Auditor.History;

/// <summary>
/// <c>GET /history?of=</c>: what happened to a task, a cluster, a container instance or a family, event by event, with
/// what changed and who caused it.
/// </summary>
internal sealed class HistoryEndpoint(EventLog log, SubjectChoosing choosing)
{
    /// <summary>The most entries of one answer, also where nothing is said: one page of the log.</summary>
    public const int MaxEntries = 1_000;

    public async Task AnswerAsync(HttpContext http)
    {
        var parameters = new Parameters(
            http.Request.Query, "of", "account", "region", "cluster", "after", "limit");
        var subjects = SubjectReading.Read(parameters.Text("of"), parameters);
        var after = parameters.Number("after", 0, long.MaxValue) ?? 0;
        var limit = (int)(parameters.Number("limit", 1, MaxEntries) ?? MaxEntries);

        var subject = await choosing.ChooseAsync(subjects, parameters.Text("of")!, http.RequestAborted);
        var revision = await RevisionAsync(subject, http.RequestAborted);
        var events = await ReadAsync(subject, revision, after, limit + 1, http.RequestAborted);
        var page = events.Take(limit).ToList();
        var causes = await log.FindCausesAsync([.. page.Select(e => e.Position)], http.RequestAborted);
        var view = new HistoryView(
            subject.ToString(),
            [.. page.Select(e => Tell(e, causes.GetValueOrDefault(e.Position)))],
            events.Count > limit ? page[^1].Position : null);
        await http.Response.WriteAsJsonAsync(view, EcsJson.Options, http.RequestAborted);
    }

    /// <summary>An event as it is shown.</summary>
    public static HistoryEntry Tell(StoredEvent e, CausingCommand? cause) => new()
    {
        Position = e.Position,
        Time = e.LogTime,
        At = e.Data?.At,
        Stream = e.Stream,
        Version = e.Version,
        Event = e.Name,
        What = Telling.Of(e),
        Actor = e.Actor,
        Command = HistoryCommand.Of(cause),
        Correlation = e.Correlation,
    };

    /// <summary>The number of the one revision that is meant; null where the subject is not a revision.</summary>
    private async Task<int?> RevisionAsync(Subject subject, CancellationToken ct)
    {
        if (subject.Version is null) return null;

        var stream = await log.ReadStreamsAsync(new Dictionary<string, long> { [subject.Stream] = 0 }, ct);
        var family = stream.Aggregate(Family.Empty, (state, e) => e.Data is { } data ? state.Apply(data) : state);
        return TaskDefinitionReference.TryParse(subject.ToString(), subject.Arn.Scope, out var reference, out _)
            && family.Find(reference) is { } revision
                ? revision.Number
                : throw RefusedException.Unknown($"The log knows no {SubjectChoosing.Asked(subject)}.", "of");
    }

    private async Task<List<StoredEvent>> ReadAsync(
        Subject subject, int? revision, long after, int limit, CancellationToken ct)
    {
        var found = new List<StoredEvent>();
        await foreach (var e in log.ReadAsync(after, filter: subject.Filter, ct: ct))
        {
            if (!subject.Holds(e.Stream) || (revision is not null && RevisionOf(e.Data) != revision)) continue;

            found.Add(e);
            if (found.Count == limit) break;
        }

        return found;
    }

    private static int? RevisionOf(IEvent? e) => e switch
    {
        TaskDefinitionRegistered registered => registered.Revision,
        TaskDefinitionDeregistered deregistered => deregistered.Revision,
        _ => null,
    };
}

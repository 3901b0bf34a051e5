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
        var (events, parts) = await ReadAsync(subject, revision, after, limit + 1, http.RequestAborted);
        var page = HistoryPage.Of(events, after, limit);
        var causes = await log.FindCausesAsync(page.Positions, http.RequestAborted);
        var gaps = await log.FindGapsAsync(parts, http.RequestAborted);
        var view = new HistoryView(
            subject.ToString(), page.Entries(causes), page.Gaps(gaps.Select(HistoryGap.Of)), page.NextAfter);
        await http.Response.WriteAsJsonAsync(view, EcsJson.Options, http.RequestAborted);
    }

    /// <summary>The number of the one revision that is meant; null where the subject is not a revision.</summary>
    private async Task<int?> RevisionAsync(Subject subject, CancellationToken ct)
    {
        if (subject.Version is null) return null;

        // Which revision a label or a number means is a fold, and that needs the whole of its stream.
        if (await log.FindGapsAsync([StreamPart.Whole(subject.Stream)], ct) is [var gap, ..])
        {
            throw new InvalidDataException(HistoryGap.Told(gap));
        }

        var stream = await log.ReadStreamsAsync(new Dictionary<string, long> { [subject.Stream] = 0 }, ct);
        var families = stream.Where(e => e.Data is not null).Aggregate(Families.Empty, (state, e) => state.After(e));
        var family = families.Of(subject.Arn.Scope, subject.Arn.Name);
        return TaskDefinitionReference.TryParse(subject.ToString(), subject.Arn.Scope, out var reference, out _)
            && family.Find(reference) is { } revision
                ? revision.Number
                : throw RefusedException.Unknown($"The log knows no {SubjectChoosing.Asked(subject)}.", "of");
    }

    /// <summary>The events of a page, and the parts of streams that were seen for it.</summary>
    private async Task<(List<RawEvent> Found, List<StreamPart> Parts)> ReadAsync(
        Subject subject, int? revision, long after, int limit, CancellationToken ct)
    {
        var found = new List<RawEvent>();
        var parts = new Dictionary<string, StreamPart>(StringComparer.Ordinal);
        await foreach (var e in log.ReadRawAsync(after, filter: subject.Filter, ct: ct))
        {
            if (!subject.Holds(e.Stream)) continue;

            var part = parts.GetValueOrDefault(e.Stream, new StreamPart(e.Stream, e.Version, e.Version));
            parts[e.Stream] = part with
            {
                FirstVersion = Math.Min(part.FirstVersion, e.Version),
                LastVersion = Math.Max(part.LastVersion, e.Version),
            };
            if (revision is not null && RevisionOf(e.ToStored().Data) != revision) continue;

            found.Add(e);
            if (found.Count == limit) break;
        }

        // One of which nothing is left has a gap, too.
        parts.TryAdd(subject.Stream, StreamPart.Unseen(subject.Stream));
        return (found, [.. parts.Values]);
    }

    private static int? RevisionOf(IEvent? e) => e switch
    {
        TaskDefinitionRegistered registered => registered.Revision,
        TaskDefinitionDeregistered deregistered => deregistered.Revision,
        TaskDefinitionDeletionRequested given => given.Revision,
        _ => null,
    };
}

using Ecs.Auditor.History;
using Ecs.Auditor.Past;
using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Log;
using Microsoft.Net.Http.Headers;

namespace Ecs.Auditor.Explaining;

/// <summary>
/// <c>GET /explain/&lt;task&gt;</c>: why a task is where it is, why it waits, or why there was no place for it, however
/// long ago; <c>GET /explain/&lt;cluster&gt;</c>: what the cluster refused of late. JSON, or sentences and tables for
/// whoever accepts <c>text/plain</c> and not JSON.
/// </summary>
internal sealed class ExplainEndpoint(EventLog log, StateReading states, SubjectChoosing choosing)
{
    private readonly RefusalsReading _refusals = new(log);
    private readonly ChainReading _chain = new(log);

    public async Task AnswerAsync(HttpContext http, string of)
    {
        // A slash that was written %2F is still written so in a path.
        of = Uri.UnescapeDataString(of);
        var parameters = new Parameters(http.Request.Query, "account", "region", "cluster");
        IReadOnlyList<Subject> subjects =
        [
            .. SubjectReading.Read(of, parameters)
                .Where(subject => subject.Arn.Kind is ResourceKind.Task or ResourceKind.Cluster),
        ];
        if (subjects.Count == 0)
        {
            throw RefusedException.Wrong("of", "must be a task, or a cluster for what it refused of late.");
        }

        var subject = await choosing.ChooseAsync(subjects, of, http.RequestAborted);
        if (subject.Arn.Kind is ResourceKind.Cluster)
        {
            await AnswerAsync(
                http, await _refusals.ReadAsync(subject.Stream, http.RequestAborted), RefusalsText.Of);
        }
        else
        {
            await AnswerAsync(http, await ExplainAsync(subject.Stream, http.RequestAborted), TaskText.Of);
        }
    }

    private async Task<TaskExplanation> ExplainAsync(string taskArn, CancellationToken ct)
    {
        // Story and state are one cut of the log: what is written meanwhile belongs to neither.
        var head = (await log.HeadAsync(ct)).LastPosition;
        if (await log.FindGapsAsync([StreamPart.Whole(taskArn)], ct) is [var gap, ..])
        {
            throw new InvalidDataException(HistoryGap.Told(gap));
        }

        var stream = await log.ReadStreamsAsync(new Dictionary<string, long> { [taskArn] = 0 }, ct);
        var story = Told(taskArn, () => TaskStory.Read([.. stream.Where(e => e.Position <= head)]))
            ?? throw RefusedException.Unknown($"The log knows no beginning of {taskArn}.", "of");
        var asOf = TaskExplaining.AsOf(story, head);
        var chain = TaskChain.Choose(story, await _chain.BesideAsync(story, head, ct));
        var positions = chain.Told.Select(e => e.Position).Union(story.Positions).ToList();
        var (fleet, causes) = (await states.FleetAsync(asOf, ct), await log.FindCausesAsync(positions, ct));
        return Told(taskArn, () => TaskExplaining.Of(story, fleet, asOf, causes, chain));
    }

    // Telling is pure and total on what rules wrote, as folding is: whatever it throws, the log is not what they wrote.
    private static T Told<T>(string taskArn, Func<T> tell)
    {
        try
        {
            return tell();
        }
        catch (Exception e)
        {
            throw new InvalidDataException(
                $"what the log says of {taskArn} contradicts itself, or what came before it", e);
        }
    }

    private static Task AnswerAsync<T>(HttpContext http, T explanation, Func<T, string> text)
    {
        if (!WantsText(http.Request))
        {
            return http.Response.WriteAsJsonAsync(explanation, EcsJson.Options, http.RequestAborted);
        }

        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text(explanation), http.RequestAborted);
    }

    // JSON for whoever takes anything, as browsers and curl do.
    private static bool WantsText(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType == "text/plain")
        && !accepted.Any(type => type.MediaType == "application/json");
}

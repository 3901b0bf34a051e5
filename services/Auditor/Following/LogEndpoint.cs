using System.Data.Common;
using Ecs.Auditor.Requests;
using Ecs.Log;

namespace Ecs.Auditor.Following;

/// <summary>
/// <c>GET /log</c>: the stored events in their order, up to the end that the log has at the moment, or, followed, for
/// as long as the reader stays; as JSON lines, or as server-sent events where those are accepted. Whoever was cut off
/// asks again after the last position that it has, and gets nothing twice and misses nothing.
/// </summary>
internal sealed class LogEndpoint(
    EventLog log, HeadWatch watch, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<LogEndpoint> logger)
{
    /// <summary>The pause of a follower after the log did not answer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long a follower hears nothing at most, where it asked for signs of life.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Positions that are looked through in one go for a filter that few events pass: bounds each statement, and how
    /// far a reader that was cut off has to be read again.
    /// </summary>
    private const long Stretch = 100_000;

    /// <summary>Bytes that wait in memory for a slow reader; Kestrel then holds back, nobody else waits.</summary>
    private const int MostUnsent = 64 * 1024;

    public async Task AnswerAsync(HttpContext http)
    {
        var isStream = ServerSentEvents.AreAskedFor(http.Request);
        var question = LogQuestion.Read(http.Request.Query, http.Request.Headers["Last-Event-ID"]);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, lifetime.ApplicationStopping);
        // Asked before the answer begins, so that a log which is away is still an error with a status.
        var head = (await log.HeadAsync(end.Token)).LastPosition;
        // Who has seen more than there is has read another log, or one that was restored and not gone on with: whatever
        // is written up to that position would be missed in silence.
        if (question.After > head) throw RefusedException.Future("after", head);

        ILogForm form = isStream ? new ServerSentEvents() : new LogLines(question.Heartbeat);
        http.Response.ContentType = form.ContentType;
        if (isStream) http.Response.Headers.CacheControl = "no-cache";
        // A follower on a quiet log must see that it is connected before the first event.
        await http.Response.StartAsync(end.Token);
        var sent = new Progress(question.After, question.Limit ?? long.MaxValue);
        if (!question.Follow && !isStream)
        {
            await SendAsync(http, form, question.Filter, sent, head, end.Token);
            return;
        }

        try
        {
            await FollowAsync(http, form, question.Filter, sent, head, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader has gone, or the program stops: the answer then ends whole, behind its last line.
        }
    }

    private async Task FollowAsync(
        HttpContext http, ILogForm form, LogFilter? filter, Progress sent, long head, CancellationToken ct)
    {
        while (sent.Left > 0)
        {
            try
            {
                await SendAsync(http, form, filter, sent, head, ct);
                if (sent.Left == 0) break;
                if (await NextAsync(sent.After, ct) is { } next)
                {
                    head = next;
                    continue;
                }

                form.Alive(http.Response.BodyWriter, sent.After);
                await http.Response.BodyWriter.FlushAsync(ct);
            }
            catch (Exception e) when (e is DbException or TimeoutException)
            {
                // Nothing of the log is lost by waiting for it: the follower goes on where it was.
                logger.LogWarning("a follower waits for the log: {Reason}", e.Message);
                await Task.Delay(Pause, time, ct);
            }
        }
    }

    /// <summary>Waits until the log goes on, and says up to where; null where it did not for a while.</summary>
    private async Task<long?> NextAsync(long after, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(KeepAlive, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await watch.PassesAsync(after, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Sends what there is up to a position, and passes over what the filter holds back.</summary>
    private async Task SendAsync(
        HttpContext http, ILogForm form, LogFilter? filter, Progress sent, long upTo, CancellationToken ct)
    {
        var output = http.Response.BodyWriter;
        while (sent.After < upTo && sent.Left > 0)
        {
            var end = filter is null ? upTo : Math.Min(upTo, await EndAsync(sent.After, ct));
            var told = sent.After;
            await foreach (var e in log.ReadRawAsync(sent.After, end, filter, ct))
            {
                form.Event(output, e);
                (told, sent.After) = (e.Position, e.Position);
                if (--sent.Left == 0) break;
                if (output.UnflushedBytes >= MostUnsent) await output.FlushAsync(ct);
            }

            // What was passed over is behind the reader as well.
            if (sent.Left > 0) sent.After = end;
            if (sent.After > told) form.Passed(output, sent.After);
            await output.FlushAsync(ct);
        }
    }

    // From the next event on: a restore leaves more positions out than could ever be gone through.
    private async Task<long> EndAsync(long after, CancellationToken ct) =>
        (await log.FirstAfterAsync(after, ct) ?? after) + Stretch;

    /// <summary>How far an answer is, also over a pause in the middle of it.</summary>
    private sealed class Progress(long after, long left)
    {
        public long After { get; set; } = after;

        public long Left { get; set; } = left;
    }
}

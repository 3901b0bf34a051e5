using System.Data.Common;
using Ecs.Log;

namespace Ecs.Auditor.Following;

/// <summary>
/// <c>GET /log</c>: the stored events in their order as JSON lines, up to the end that the log has at the moment, or,
/// followed, for as long as the reader stays. Every line is an event; whoever was cut off asks again after the last
/// position that it has.
/// </summary>
internal sealed class LogEndpoint(
    EventLog log, HeadWatch watch, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<LogEndpoint> logger)
{
    /// <summary>The pause of a follower after the log did not answer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task AnswerAsync(HttpContext http)
    {
        var question = LogQuestion.Read(http.Request.Query);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, lifetime.ApplicationStopping);
        // Asked before the answer begins, so that a log which is away is still an error with a status.
        var head = (await log.HeadAsync(end.Token)).LastPosition;

        http.Response.ContentType = "application/x-ndjson";
        // A follower on a quiet log must see that it is connected before the first event.
        await http.Response.StartAsync(end.Token);
        var sent = new Progress(question);
        if (!question.Follow)
        {
            await SendAsync(http, sent, head, end.Token);
            return;
        }

        try
        {
            await FollowAsync(http, sent, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader has gone, or the program stops: the answer then ends whole, behind its last line.
        }
    }

    private async Task FollowAsync(HttpContext http, Progress sent, CancellationToken ct)
    {
        while (sent.Left > 0)
        {
            try
            {
                await SendAsync(http, sent, upTo: null, ct);
                if (sent.Left > 0) await watch.PassesAsync(sent.After, ct);
            }
            catch (Exception e) when (e is DbException or TimeoutException)
            {
                // Nothing of the log is lost by waiting for it: the follower goes on where it was.
                logger.LogWarning("a follower waits for the log: {Reason}", e.Message);
                await Task.Delay(Pause, time, ct);
            }
        }
    }

    private async Task SendAsync(HttpContext http, Progress sent, long? upTo, CancellationToken ct)
    {
        var output = http.Response.BodyWriter;
        await foreach (var e in log.ReadRawAsync(sent.After, upTo, ct: ct))
        {
            if (sent.Left == 0) break;

            sent.After = e.Position;
            if (!sent.Question.Wants(e.Stream)) continue;

            LogLine.Write(output, e);
            sent.Left--;
            // Bounds what waits in memory for a slow reader; Kestrel then holds back.
            if (output.UnflushedBytes >= 64 * 1024) await output.FlushAsync(ct);
        }

        await output.FlushAsync(ct);
    }

    /// <summary>How far an answer is, also over a pause in the middle of it.</summary>
    private sealed class Progress(LogQuestion question)
    {
        public LogQuestion Question { get; } = question;

        public long After { get; set; } = question.After;

        public long Left { get; set; } = question.Limit ?? long.MaxValue;
    }
}

using System.Data.Common;
using Ecs.Auditor.Requests;
using Ecs.Log;

namespace Ecs.Auditor.Exporting;

/// <summary>
/// <c>GET /export</c>: the log as whole commits with their hashes, as JSON lines, to be imported elsewhere. An answer
/// without its end line is not whole.
/// </summary>
internal sealed class ExportEndpoint(
    string connection, EventLog log, IHostApplicationLifetime lifetime, ILogger<ExportEndpoint> logger)
{
    public async Task AnswerAsync(HttpContext http)
    {
        var parameters = new Parameters(http.Request.Query, "from", "to");
        var from = parameters.Number("from", 1, long.MaxValue);
        var to = parameters.Number("to", 1, long.MaxValue);
        if (to < from) throw RefusedException.Wrong("to", "must not be before from.");

        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, lifetime.ApplicationStopping);
        // Asked before the answer begins, so that a log which is away is still an error with a status.
        var head = (await log.HeadAsync(end.Token)).LastPosition;
        if (from > head) throw RefusedException.Future("from", head);
        if (to > head) throw RefusedException.Future("to", head);

        http.Response.ContentType = "application/x-ndjson";
        await http.Response.StartAsync(end.Token);
        try
        {
            await LogExport.WriteAsync(
                connection, http.Response.Body, new ExportRange((from ?? 1) - 1, to), end.Token);
        }
        catch (Exception e) when (e is AlteredLogException or DbException or TimeoutException)
        {
            // The status is sent: an answer that is cut off is the only way left to say that it is not whole.
            logger.LogError("an export broke off: {Reason}", e.Message);
            http.Abort();
        }
    }
}

using System.Net.Sockets;
using Ecs.Contracts.Bus;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Auditing;

/// <summary>
/// Passes questions about the past on to the Auditor, byte for byte and as they come, so that a follower sees each
/// event when it happens. The one place where a service is asked over HTTP and not over the bus: an answer may be the
/// whole log.
/// </summary>
internal sealed class AuditorPass(
    Uri auditor, IHostApplicationLifetime lifetime, ILogger<AuditorPass> logger) : IDisposable
{
    /// <summary>What the Auditor answers, by the first part of the path.</summary>
    public static readonly string[] Paths =
    [
        "log", "history", "explain", "state", "diff", "replay", "verify", "checkpoint", "export",
        "simulate",
    ];

    // The bytes that are passed on in one go; small enough to keep a follower's delay at one event.
    private const int BufferBytes = 16 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectTimeout = Limits.AuditorConnectTime,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AllowAutoRedirect = false,
    })
    {
        // A follower stays for as long as it likes.
        Timeout = Timeout.InfiniteTimeSpan,
        BaseAddress = auditor,
    };

    /// <summary>Who answers ECS's operations as of a moment.</summary>
    public PastSender At(string moment, HttpResponse reply) => new(_http, moment, reply);

    /// <summary>Asks the Auditor what the request asks, and passes its answer on.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var target = new Uri(auditor, http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent());
        HttpResponseMessage answer;
        try
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, target);
            if (http.Request.Headers.Accept.ToString() is { Length: > 0 } accept)
            {
                question.Headers.TryAddWithoutValidation("Accept", accept);
            }

            SayWhoAsks(Caller.Of(http), question);
            if (http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last)
            {
                question.Headers.TryAddWithoutValidation("Last-Event-ID", last);
            }

            answer = await _http.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        }
        catch (HttpRequestException fault)
        {
            logger.LogWarning("The Auditor at {Auditor} cannot be reached: {Reason}", auditor, fault.Message);
            await EcsReply.RefuseAsync(http, StatusCodes.Status502BadGateway, new(
                "AuditorUnavailableException",
                $"The Auditor cannot be reached ({Reason(fault)}), so the past cannot be asked now. "
                + "Everything else works; its address is the setting ECS_AUDITOR_URL."));
            return;
        }

        using (answer)
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, lifetime.ApplicationStopping))
        {
            await PassAsync(answer, http, end.Token);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // The Auditor believes these, so none of the client's own headers is passed on.
    private static void SayWhoAsks(Caller caller, HttpRequestMessage question)
    {
        question.Headers.Add(AskerHeaders.Account, caller.Scope.Account);
        question.Headers.Add(AskerHeaders.Region, caller.Scope.Region);
        if (caller.IsLimited) question.Headers.Add(AskerHeaders.Limited, "true");
    }

    private async Task PassAsync(HttpResponseMessage answer, HttpContext http, CancellationToken end)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        http.Response.ContentLength = answer.Content.Headers.ContentLength;
        foreach (var name in PastSender.MomentHeaders)
        {
            if (answer.Headers.TryGetValues(name, out var values)) http.Response.Headers[name] = values.ToArray();
        }

        try
        {
            // A follower on a quiet log must see that it is connected before the first event.
            await http.Response.Body.FlushAsync(end);
            await using var source = await answer.Content.ReadAsStreamAsync(end);
            var buffer = new byte[BufferBytes];
            int read;
            while ((read = await source.ReadAsync(buffer, end)) > 0)
            {
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), end);
                await http.Response.Body.FlushAsync(end);
            }
        }
        catch (OperationCanceledException) when (IsLines(answer))
        {
            // The follower has gone, or the program stops: lines without an end may end behind any of them.
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
        catch (IOException fault) when (!http.RequestAborted.IsCancellationRequested)
        {
            // The status has been sent: an answer that is cut off is the only way left to say that it is not whole.
            logger.LogWarning("The Auditor's answer ended early: {Reason}", fault.Message);
            http.Abort();
        }
    }

    private static bool IsLines(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType is "application/x-ndjson" or "text/event-stream";

    private static string Reason(HttpRequestException fault) =>
        fault.InnerException is SocketException socket ? socket.SocketErrorCode.ToString() : fault.Message;
}

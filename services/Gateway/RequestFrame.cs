using Ecs.Contracts.Commands;
using Ecs.Gateway.Api;

namespace Ecs.Gateway;

/// <summary>What holds for every request: an id on the reply, and no fault without a readable answer.</summary>
internal static class RequestFrame
{
    /// <summary>Runs the request inside the frame.</summary>
    public static async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers[EcsReply.RequestIdHeader] = $"{Guid.NewGuid()}";
        if (IsForeignPage(http.Request))
        {
            await EcsReply.RefuseAsync(http, StatusCodes.Status403Forbidden, new(
                "AccessDeniedException", "Pages of other sites may not change anything here."));
            return;
        }

        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: there is nobody to answer.
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            var logger = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(RequestFrame));
            logger.LogError(fault, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            await EcsReply.RefuseAsync(http, new(
                ErrorTypes.Server, "The Gateway failed on this request; its log says why. It may be sent again."));
        }
    }

    // A browser sends Origin with every POST: a page of some site must not reach a Gateway on its reader's own machine.
    // With a WebSocket too, which begins as a GET, or over HTTP/2 as a CONNECT, and which any page may open.
    private static bool IsForeignPage(HttpRequest request) =>
        (!HttpMethods.IsGet(request.Method) || request.Headers.Upgrade.Count > 0)
        && request.Headers.Origin is { Count: > 0 } origin
        && origin != $"{request.Scheme}://{request.Host}";
}

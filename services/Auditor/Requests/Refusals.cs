using System.Data.Common;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;

namespace Ecs.Auditor.Requests;

/// <summary>Errors as the ECS API writes them, and <c>field</c> where a parameter is wrong.</summary>
internal static class Refusals
{
    /// <summary>Turns what a request ends with into its answer; one that has begun can only be cut off.</summary>
    public static async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (RefusedException e) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, e.Status, e.Error);
        }
        catch (UnknownEventException e) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, StatusCodes.Status501NotImplemented, new CommandError(
                ErrorTypes.Server, $"This Auditor is too old for this log: {e.Message}."));
        }
        catch (InvalidDataException e) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, StatusCodes.Status500InternalServerError, new CommandError(
                ErrorTypes.Server, $"The log cannot be read: {e.Message}. Verify it: that tells what was altered."));
        }
        catch (Exception e) when (!http.Response.HasStarted && e is DbException or TimeoutException)
        {
            await WriteAsync(http, StatusCodes.Status503ServiceUnavailable, new CommandError(
                ErrorTypes.Server, $"The log does not answer: {e.Message}. Ask again."));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
    }

    /// <summary>Says which questions there are.</summary>
    public static Task UnknownPath(HttpContext http) => WriteAsync(
        http,
        StatusCodes.Status404NotFound,
        new CommandError(
            ErrorTypes.UnknownOperation,
            "The Auditor answers GET /log, /history, /explain/<task>, /state, /diff, /simulate, /replay, "
            + "/replay/decisions, /verify, /checkpoint and "
            + $"/export, and POST /at/<moment>/<query>, not {http.Request.Method} {http.Request.Path}."));

    private static Task WriteAsync(HttpContext http, int status, CommandError error)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(
            new Dictionary<string, string?>
            {
                ["__type"] = error.Type,
                ["message"] = error.Message,
                ["field"] = error.Field,
            }.Where(member => member.Value is not null).ToDictionary(),
            EcsJson.Options,
            http.RequestAborted);
    }
}

using System.Diagnostics;
using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Tracing;
using Ecs.Gateway.Access;
using Ecs.Gateway.Auditing;

namespace Ecs.Gateway.Api;

/// <summary>
/// <c>POST /</c>: one ECS operation in AWS JSON 1.1, as <c>aws ecs --endpoint-url</c> sends it, made into one command
/// on the bus, and its answer made into ECS's reply.
/// </summary>
internal sealed class EcsEndpoint(
    ICommandSender sender, Throttle throttle, TimeProvider clock, ILogger<EcsEndpoint> logger)
{
    /// <summary>Works on one request.</summary>
    public Task HandleAsync(HttpContext http) => HandleAsync(http, sender, isPast: false);

    /// <summary>Works on one request about the past: it is answered from there, and may not write.</summary>
    public Task HandleAsync(HttpContext http, PastSender past) => HandleAsync(http, past, isPast: true);

    private async Task HandleAsync(HttpContext http, ICommandSender to, bool isPast)
    {
        var (operation, error) = Operations.Find(http.Request.Headers["X-Amz-Target"]);
        if (operation is null)
        {
            await EcsReply.RefuseAsync(http, error!);
            return;
        }

        if (isPast && !operation.IsQuery)
        {
            await EcsReply.RefuseAsync(http, new(
                ErrorTypes.Client, $"The past cannot be changed: {operation.Name} belongs to POST /, not to /at."));
            return;
        }

        error = throttle.Count(Caller.Of(http).Scope.Account, operation.IsQuery);
        if (error is not null)
        {
            await EcsReply.RefuseAsync(http, error);
            return;
        }

        (var command, error) = Read(http, operation);
        if (command is null)
        {
            await EcsReply.RefuseAsync(http, error!);
            return;
        }

        using var span = operation.IsQuery ? null : Spans.BeginOf(command, operation.Name);
        var answer = await AskAsync(to, operation, command, http.RequestAborted);
        if (span is not null) About(span, answer);
        await EcsReply.SendAsync(http, operation, answer);
    }

    private (Command? Command, CommandError? Error) Read(HttpContext http, Operation operation)
    {
        var (command, error) = BodyReader.Read(operation, RequestBody.Of(http));
        if (command is null) return (null, error);

        var caller = Caller.Of(http);

        // The deadline is what makes a retry safe: what was not decided by then never will be. Every sending has an
        // id of its own, so that one that came too late does not speak for the next; repeats are told by the client
        // token.
        return (Tokens.Fill(command, http.Request.Headers) with
        {
            CommandId = $"{Guid.NewGuid():N}",
            Account = caller.Scope.Account,
            Region = caller.Scope.Region,
            Actor = caller.Actor,
            Deadline = clock.GetUtcNow() + TimeOf(operation),
        }, null);
    }

    private async Task<Answer> AskAsync(
        ICommandSender to, Operation operation, Command command, CancellationToken cancel)
    {
        try
        {
            return await to.SendAsync(command, TimeOf(operation) + Limits.AnswerGrace, cancel);
        }
        catch (TimeoutException)
        {
            return Failed(command, $"No service answered {operation.Name} in time; it may be sent again.");
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            logger.LogError(fault, "{Operation} {CommandId} could not be sent", operation.Name, command.CommandId);
            return Failed(command, $"{operation.Name} could not be put on the bus; it may be sent again.");
        }
    }

    private static void About(Activity span, Answer answer)
    {
        if (answer.Result is not { ValueKind: JsonValueKind.Object } result) return;

        var tasks = result.TryGetProperty("tasks", out var many) && many.ValueKind is JsonValueKind.Array
            ? many.EnumerateArray().AsEnumerable()
            : result.TryGetProperty("task", out var one) ? [one] : [];
        span.About(tasks.Select(task => task.GetProperty("taskArn").GetString()));
    }

    private static Answer Failed(Command command, string message) =>
        new() { CommandId = command.CommandId, Error = new(ErrorTypes.Server, message) };

    private static TimeSpan TimeOf(Operation operation) => operation.IsQuery ? Limits.QueryTime : Limits.CommandTime;
}

using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Ecs.Gateway.Conversing;

/// <summary>
/// <c>GET /logs/{task}</c>: what a task's containers wrote, as JSON lines (<see cref="LogLine"/>), read from Docker by
/// the task's Agent while the client reads. Of a container whose log cannot be read a follower gets a line with
/// <c>error</c>, while the others go on. An error that comes later is the last line: <c>{"error": …}</c>.
/// </summary>
internal sealed class LogsEndpoint(TaskFinding tasks, Opening opening, IHostApplicationLifetime lifetime)
{
    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext http, string task) => Opening.RunAsync(http, async caller =>
    {
        var query = new Question(http.Request.Query, "cluster", "container", "follow", "tail", "since");
        var containers = query.Texts("container");
        var asked = new ReadLogs
        {
            TaskArn = "",
            Containers = containers.Count == 0 ? null : containers,
            Follow = query.Flag("follow"),
            Tail = query.Number("tail", 0, ReadLogs.MaxTail),
            Since = query.Moment("since"),
        };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, lifetime.ApplicationStopping);
        var (found, instance) = await tasks.FindAsync(
            caller, query.Text("cluster"), task, containers, end.Token);
        asked = asked with { TaskArn = found.TaskArn };
        await using var conversation = await opening.OpenAsync(
            instance, ConversationKinds.ReadLogs, asked, end.Token);
        await PassAsync(http, conversation, found, end.Token);
    });

    private static async Task PassAsync(
        HttpContext http, Conversation conversation, TaskDescription task, CancellationToken end)
    {
        // Whoever looks at a page of lines for an hour is slow, not gone; one that is gone closes its connection.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } pace) pace.MinDataRate = null;
        // The first part says that there will be others, and has nothing in it.
        await ReadAsync(conversation, task, end);
        http.Response.ContentType = "application/x-ndjson";
        // A follower of a quiet container must see that it is connected before the first line.
        await http.Response.Body.FlushAsync(end);
        try
        {
            while (await ReadAsync(conversation, task, end) is { } part)
            {
                await http.Response.Body.WriteAsync(part.Body, end);
                await http.Response.Body.FlushAsync(end);
            }
        }
        catch (RefusedException refused)
        {
            await SayAsync(http, refused.Error, end);
        }
        catch (ConversationLostException lost)
        {
            var error = new CommandError("AgentUnavailableException", $"The Agent was lost: {lost.Message}.");
            await SayAsync(http, error, end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader has gone, or the program stops: lines without an end may end behind any of them.
        }
    }

    private static async Task<Part?> ReadAsync(Conversation conversation, TaskDescription task, CancellationToken end)
    {
        var part = await conversation.ReadAsync(end);
        return part is { Kind: ConversationKinds.Refused } refused ? throw Opening.Refusal(refused, task) : part;
    }

    // The status has been sent: the last line is the one way left to say that it is not whole.
    private static async Task SayAsync(HttpContext http, CommandError error, CancellationToken end)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(
            new { error = new { type = error.Type, message = error.Message } }, EcsJson.Options);
        await http.Response.Body.WriteAsync(line, end);
        await http.Response.Body.WriteAsync("\n"u8.ToArray(), end);
    }
}

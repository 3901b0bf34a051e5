using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Conversing;

/// <summary>
/// <c>GET /exec/{task}</c> as a WebSocket: runs a command in a container of a task, both directions. It is written to
/// the log before it runs. <see cref="ExecSocket"/> has the messages.
/// </summary>
internal sealed class ExecEndpoint(
    TaskFinding tasks, Opening opening, ICommandSender sender, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    /// <summary>Answers one request; a refusal is the socket's last message, since its client shows no other.</summary>
    public async Task HandleAsync(HttpContext http, string task)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await EcsReply.RefuseAsync(http, StatusCodes.Status426UpgradeRequired, new(
                ErrorTypes.Client, "A command in a container is run over a WebSocket: 'ecs exec' speaks it."));
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, lifetime.ApplicationStopping);
        var refusal = await Opening.TryAsync(http, caller => RunAsync(http, caller, task, socket, end.Token));
        if (refusal is not null) await ExecSocket.RefuseAsync(socket, refusal.Error, end.Token);
    }

    private async Task RunAsync(
        HttpContext http, Caller caller, string task, WebSocket socket, CancellationToken cancel)
    {
        var (cluster, asked) = Read(http.Request.Query);
        var (found, instance) = await tasks.FindAsync(caller, cluster, task, [asked.Container], cancel);
        asked = asked with { TaskArn = found.TaskArn };

        // The Agent is there and ready before anything is written: what the log says was run, was.
        await using var conversation = await opening.OpenAsync(instance, ConversationKinds.Execute, asked, cancel);
        if (await conversation.ReadAsync(cancel) is { Kind: ConversationKinds.Refused } refused)
        {
            throw Opening.Refusal(refused, found);
        }

        var id = await RecordAsync(caller, asked, cancel);
        await conversation.SendAsync(new Part(ConversationKinds.Go, Encoding.UTF8.GetBytes(id)), cancel);
        await new ExecSocket(socket, conversation).PassAsync(cancel);
    }

    private static (string? Cluster, Execute Asked) Read(IQueryCollection members)
    {
        var query = new Question(members, "cluster", "container", "word", "interactive", "tty", "columns", "rows");
        var words = query.Texts("word");
        if (words is not [{ Length: > 0 }, ..]) throw Question.Wrong("word", "must be given: the program first");

        return (query.Text("cluster"), new Execute
        {
            TaskArn = "",
            Container = query.Text("container") ?? throw Question.Wrong("container", "must name the container"),
            CommandLine = words,
            Interactive = query.Flag("interactive"),
            Tty = query.Flag("tty"),
            Size = query.Number("columns", 1, TerminalSize.Max) is { } columns
                && query.Number("rows", 1, TerminalSize.Max) is { } rows ? new TerminalSize(columns, rows) : null,
        });
    }

    private async Task<string> RecordAsync(Caller caller, Execute asked, CancellationToken cancel)
    {
        var answer = await sender.SendAsync(
            new ExecuteCommand
            {
                CommandId = $"{Guid.NewGuid():N}",
                Account = caller.Scope.Account,
                Region = caller.Scope.Region,
                Actor = caller.Actor,
                Deadline = clock.GetUtcNow() + Limits.CommandTime,
                Cluster = Arn.Parse(asked.TaskArn).ClusterName,
                Task = asked.TaskArn,
                Container = asked.Container,
                CommandLine = asked.CommandLine,
                Interactive = asked.Interactive,
                Tty = asked.Tty,
            },
            Limits.CommandTime + Limits.AnswerGrace,
            cancel);
        return answer.Error is { } error
            ? throw new RefusedException(StatusCodes.Status400BadRequest, error)
            : answer.Result!.Value.Deserialize<ExecuteCommandResult>(EcsJson.Options)!.ExecutionId;
    }
}

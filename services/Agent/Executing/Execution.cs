using System.Text;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Conversing;
using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;

namespace Ecs.Agent.Executing;

/// <summary>
/// Runs a command in a container for whoever is at the other end of a conversation. When that end leaves, the command
/// is killed, and whatever it has begun. The Scheduler is told the end, whichever it was.
/// </summary>
internal sealed class Execution(
    Engine engine, ExecutionReports reports, Conversation conversation, Execute asked, TimeProvider clock)
{
    /// <summary>By this variable a command's processes are found when they must end.</summary>
    internal const string Mark = "ECS_EXECUTION_ID";

    /// <summary>What stands in the history where the other end left before the command had ended.</summary>
    internal const string Left = "Whoever ran it left.";

    /// <summary>What stands in the history where the word to run it was not taken any more.</summary>
    internal const string TooLate = "The word to run it came too late.";

    private static readonly TimeSpan ExitPause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a command that was killed may take to be seen ended.</summary>
    internal static readonly TimeSpan KillTime = TimeSpan.FromSeconds(10);

    /// <summary>Runs it to its end; gives the refusal where it was not begun.</summary>
    public async Task<CommandError?> RunAsync(string instanceId, CancellationToken ct)
    {
        var client = await engine.ConnectAsync(ct);
        var which = new Listing(asked.TaskArn, WithEnded: false);
        var found = (await Listings.ListAsync(engine, which, instanceId, ct))
            .FirstOrDefault(container => container.Name == asked.Container);
        if (found is not { Observed: Observed.Running })
        {
            return new(ErrorTypes.Client, $"The container '{asked.Container}' does not run on the task's instance.");
        }

        var ready = clock.GetTimestamp();
        await conversation.SendAsync(new Part(ConversationKinds.Ready, default), ct);
        if (await conversation.ReadAsync(ct) is not { Kind: ConversationKinds.Go } go) return null;

        var open = new OpenExecution
        {
            Id = Encoding.UTF8.GetString(go.Body.Span),
            TaskArn = asked.TaskArn,
            RuntimeId = found.RuntimeId,
        };
        // First known, and then the time: either it is seen here to be late, or there that it is known.
        reports.Know(open.Id);
        if (clock.GetElapsedTime(ready) >= Execute.GoTime)
        {
            reports.Tell(open.Ended(null, TooLate));
            return new(ErrorTypes.Client, TooLate);
        }

        var end = open;
        try
        {
            var exitCode = await RunAsync(client, open, ct);
            end = open.Ended(exitCode, null);
            await conversation.SendAsync(
                ConversationDesk.Write(ConversationKinds.Exited, new Exited(exitCode)), ct);
            return null;
        }
        catch (DockerApiException refused)
        {
            end = open.Ended(null, DockerFaults.Text(refused));
            throw;
        }
        catch (Exception gone) when (gone is ConversationLostException || ct.IsCancellationRequested)
        {
            if (!end.HasEnded) end = open.Ended(null, Left);
            throw;
        }
        catch (Exception fault)
        {
            if (!end.HasEnded) end = open.Ended(null, fault.Message);
            throw;
        }
        finally
        {
            reports.Tell(end);
        }
    }

    // What is kept before each step is all that is known of it should the Agent die in it.
    private async Task<int?> RunAsync(DockerClient client, OpenExecution open, CancellationToken ct)
    {
        reports.Keep(open);
        var made = await client.Exec.CreateContainerExecAsync(
            open.RuntimeId,
            new ContainerExecCreateParameters
            {
                Cmd = [.. asked.CommandLine],
                AttachStdin = asked.Interactive,
                AttachStdout = true,
                AttachStderr = true,
                TTY = asked.Tty,
                Env = [$"{Mark}={open.Id}"],
            },
            ct);
        reports.Keep(open with { ExecId = made.ID });
        try
        {
            return await ConverseAsync(client, made.ID, ct);
        }
        catch
        {
            using var time = new CancellationTokenSource(KillTime);
            await Killing.KillAsync(client, open.RuntimeId, made.ID, open.Id, time.Token);
            throw;
        }
    }

    private async Task<int?> ConverseAsync(DockerClient client, string execId, CancellationToken ct)
    {
        var start = new ContainerExecStartParameters { TTY = asked.Tty };
        using var stream = await client.Exec.StartContainerExecAsync(execId, start, ct);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var hearing = HearAsync(client, execId, stream, ending.Token);
        try
        {
            // Docker sets a size only of what runs already.
            if (asked is { Tty: true, Size: { } first }) await ResizeAsync(client, execId, first, ct);
            await SpeakAsync(stream, ct);
            return await WhenEndedAsync(client, execId, ct);
        }
        finally
        {
            await ending.CancelAsync();
            await hearing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SpeakAsync(MultiplexedStream stream, CancellationToken ct)
    {
        await using var leaving = ct.UnsafeRegister(static s => ((MultiplexedStream)s!).Dispose(), stream);
        var buffer = new byte[Part.MaxBytes];
        while (true)
        {
            var read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, ct);
            if (read.EOF) return;

            var kind = read.Target is MultiplexedStream.TargetStream.StandardError
                ? ConversationKinds.Errors
                : ConversationKinds.Output;
            await conversation.SendAsync(new Part(kind, buffer.AsMemory(0, read.Count)), ct);
        }
    }

    private async Task HearAsync(DockerClient client, string execId, MultiplexedStream stream, CancellationToken ct)
    {
        while (await conversation.ReadAsync(ct) is { } part)
        {
            if (part.Kind is ConversationKinds.Input)
            {
                await stream.WriteAsync(part.Body.ToArray(), 0, part.Body.Length, ct);
            }
            else if (part.Kind is ConversationKinds.Resize
                && JsonSerializer.Deserialize<TerminalSize>(part.Body.Span, EcsJson.Options) is { } size)
            {
                await ResizeAsync(client, execId, size, ct);
            }
        }

        if (asked.Interactive) stream.CloseWrite();
    }

    private static async Task ResizeAsync(DockerClient client, string execId, TerminalSize size, CancellationToken ct)
    {
        try
        {
            var parameters = new ContainerResizeParameters { Width = size.Columns, Height = size.Rows };
            await client.Exec.ResizeExecTtyAsync(execId, parameters, ct);
        }
        catch (DockerApiException)
        {
            // It has ended, or has not quite begun: a terminal of the wrong size is better than none.
        }
    }

    private static async Task<int?> WhenEndedAsync(DockerClient client, string execId, CancellationToken ct)
    {
        while (true)
        {
            var seen = await client.Exec.InspectContainerExecAsync(execId, ct);
            if (!seen.Running) return (int?)seen.ExitCode;

            await Task.Delay(ExitPause, ct);
        }
    }
}

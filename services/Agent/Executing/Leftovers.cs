using System.Net;
using Docker.DotNet;
using Ecs.Agent.Docker;

namespace Ecs.Agent.Executing;

/// <summary>
/// What an Agent that was killed has left of its executions: nobody hears them any more. Those that still run are
/// ended; of those that have Docker knows for some minutes how.
/// </summary>
internal sealed class Leftovers(Engine engine, ExecutionReports reports, ILogger log)
{
    /// <summary>What stands in the history where the Agent was killed while the command ran.</summary>
    internal const string AgentKilled = "Its Agent was killed while it ran, and ended it when it was back.";

    /// <summary>What stands in the history where the command could not be ended, as in an image without sh.</summary>
    internal const string RunsOn =
        "Its Agent was killed while it ran, and could not end it when it was back: it ends with its container.";

    /// <summary>What stands in the history where the Agent was killed before the command was begun.</summary>
    internal const string NotBegun = "Its Agent was killed before it was begun.";

    /// <summary>What stands in the history where Docker does not know any more how the command ended.</summary>
    internal const string Forgotten = "Its Agent was killed while it ran, and Docker does not know how it ended.";

    /// <summary>The pause before an engine that does not answer is asked again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Ends them all side by side, and tells how: one of which Docker cannot tell holds no other. There are at most as
    /// many as conversations at once, and those that ended and were not told.
    /// </summary>
    /// <exception cref="OperationCanceledException">Those that are not told by then stay in the journal.</exception>
    public Task EndAsync(IReadOnlyList<OpenExecution> left, CancellationToken ct) =>
        Task.WhenAll(left.Select(async execution =>
            reports.Tell(execution.HasEnded ? execution : await EndAsync(execution, ct))));

    private async Task<OpenExecution> EndAsync(OpenExecution execution, CancellationToken ct)
    {
        if (execution.ExecId is not { } exec) return execution.Ended(null, NotBegun);

        while (true)
        {
            try
            {
                var client = await engine.ConnectAsync(ct);
                var seen = await client.Exec.InspectContainerExecAsync(exec, ct);
                if (!seen.Running)
                {
                    return seen.ExitCode is { } code
                        ? execution.Ended((int)code, null)
                        : execution.Ended(null, NotBegun);
                }

                using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
                time.CancelAfter(Execution.KillTime);
                await Killing.KillAsync(client, execution.RuntimeId, exec, execution.Id, time.Token);
                // Killing tells no fault, nor that this Agent ends too.
                ct.ThrowIfCancellationRequested();
                var after = await client.Exec.InspectContainerExecAsync(exec, ct);
                return execution.Ended(null, after.Running ? RunsOn : AgentKilled);
            }
            catch (DockerApiException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            {
                return execution.Ended(null, Forgotten);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                log.LogWarning("Docker cannot tell of execution {Id}: {Text}", execution.Id, fault.Message);
                await Task.Delay(Pause, ct);
            }
        }
    }
}

using Docker.DotNet;
using Docker.DotNet.Models;

namespace Ecs.Agent.Executing;

/// <summary>
/// Ends what a command has begun. Docker has no call for it: a command of an exec goes on when its client leaves. So a
/// second one is run beside it, which finds the first one's processes by the mark in their environment.
/// </summary>
internal static class Killing
{
    // Plain sh and cat, which nearly every image has. The marked ones are asked to hang up first, then killed.
    private const string Script =
        """
        for signal in HUP KILL; do
          found=
          for p in /proc/[0-9]*; do
            case "$(cat "$p/environ" 2>/dev/null)" in
              *"$1"*) kill -$signal "${p#/proc/}" 2>/dev/null && found=1 ;;
            esac
          done
          [ -n "$found" ] || exit 0
          [ $signal = KILL ] || sleep 1
        done
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long Docker may take to begin what it was asked to start when its asker left.</summary>
    private static readonly TimeSpan BeginTime = TimeSpan.FromSeconds(2);

    /// <summary>Kills it, and waits until it is seen ended or the time is over.</summary>
    public static async Task KillAsync(
        DockerClient client, string container, string execId, string executionId, CancellationToken ct)
    {
        try
        {
            if (!await RunsAsync(client, execId, ct)) return;

            var made = await client.Exec.CreateContainerExecAsync(
                container,
                new ContainerExecCreateParameters
                {
                    Cmd = ["sh", "-c", Script, "ecs-exec-end", $"{Execution.Mark}={executionId}"],
                },
                ct);
            // Not detached, though nobody listens: the client library wants a stream, which Docker gives only so.
            using (await client.Exec.StartContainerExecAsync(made.ID, new ContainerExecStartParameters(), ct))
            {
                while ((await client.Exec.InspectContainerExecAsync(execId, ct)).Running) await Task.Delay(Pause, ct);
            }
        }
        catch (Exception fault) when (fault is DockerApiException or OperationCanceledException or HttpRequestException
            or IOException or TimeoutException)
        {
            // An image without a shell, or a container that has ended: what is left ends with the container.
        }
    }

    // Docker starts it though the asker has left. Until then it neither runs nor has an exit code.
    private static async Task<bool> RunsAsync(DockerClient client, string execId, CancellationToken ct)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            var seen = await client.Exec.InspectContainerExecAsync(execId, ct);
            if (seen.Running || seen.ExitCode is not null || waited >= BeginTime) return seen.Running;

            await Task.Delay(Pause, ct);
        }
    }
}

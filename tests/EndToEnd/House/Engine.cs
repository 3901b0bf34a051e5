using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Ecs.EndToEnd.House;

/// <summary>One container of a task, as Docker itself tells of it.</summary>
internal sealed record TaskContainer(string Id, string TaskArn, string Name, bool IsRunning, string DockerName);

/// <summary>The Docker engine, asked past the Agent: what is really there.</summary>
internal sealed class Engine : IDisposable
{
    public const string TaskLabel = "com.amazonaws.ecs.task-arn";
    public const string NameLabel = "com.amazonaws.ecs.container-name";

    private readonly DockerClient _docker;

    /// <summary>The engine at an address; this machine's own where none is given.</summary>
    public Engine(Uri? host = null)
    {
        Host = host ?? TestSettings.DockerHost;
        _docker = new DockerClientBuilder().WithEndpoint(Host).Build();
    }

    public Uri Host { get; }

    public DockerClient Client => _docker;

    /// <summary>Whether it answers now.</summary>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            await _docker.System.PingAsync();
            return true;
        }
        catch (Exception away) when (away is HttpRequestException or IOException or DockerApiException)
        {
            return false;
        }
    }

    /// <summary>All containers, ended ones too, of the tasks of one account.</summary>
    public async Task<IReadOnlyList<TaskContainer>> OfAccountAsync(string account)
    {
        var all = await _docker.Containers.ListContainersAsync(new ContainersListParameters
        {
            All = true,
            Filters = new Dictionary<string, IDictionary<string, bool>>
            {
                ["label"] = new Dictionary<string, bool> { [TaskLabel] = true },
            },
        });
        return
        [
            .. all.Where(container => container.Labels[TaskLabel].Contains($":{account}:", StringComparison.Ordinal))
                .Select(container => new TaskContainer(
                    container.ID, container.Labels[TaskLabel], ContainerName(container.Labels),
                    container.State is "running" or "paused", container.Names.FirstOrDefault("?").TrimStart('/'))),
        ];
    }

    /// <summary>All containers of one task.</summary>
    public async Task<IReadOnlyList<TaskContainer>> OfTaskAsync(string taskArn) =>
        [.. (await OfAccountAsync(taskArn.Split(':')[4])).Where(container => container.TaskArn == taskArn)];

    /// <summary>A container's name in its definition, by its label.</summary>
    public static string ContainerName(IDictionary<string, string> labels) =>
        labels.TryGetValue(NameLabel, out var name) ? name : "?";

    public Task<ContainerInspectResponse> InspectAsync(string id) => _docker.Containers.InspectContainerAsync(id);

    public Task StartAsync(string id) => _docker.Containers.StartContainerAsync(id, new ContainerStartParameters());

    public Task StopAsync(string id) =>
        _docker.Containers.StopContainerAsync(id, new ContainerStopParameters { WaitBeforeKillSeconds = 30 });

    public Task KillAsync(string id, string signal = "KILL") =>
        _docker.Containers.KillContainerAsync(id, new ContainerKillParameters { Signal = signal });

    /// <summary>Waits until a container has run for so long by Docker's own clock, and gives when that run began.</summary>
    public async Task<DateTimeOffset> WhenItHasRunAsync(string id, TimeSpan time)
    {
        var began = DateTimeOffset.Parse((await InspectAsync(id)).State!.StartedAt!, CultureInfo.InvariantCulture);
        await Eventually.HoldsAsync(
            $"{id} has run for {time}", () => DateTimeOffset.UtcNow - began > time, time + Eventually.Patience);
        return began;
    }

    /// <summary>
    /// Waits until the first process of a container has its own end for SIGTERM: before, the kernel keeps the signal
    /// from it, and it dies of SIGKILL.
    /// </summary>
    public Task WhenItTrapsTermAsync(string id) => Eventually.HoldsAsync($"{id} traps SIGTERM", async () =>
    {
        const ulong Term = 1UL << 14;
        var (_, said) = await ExecAsync(id, "sed", "-n", "s/^SigCgt://p", "/proc/1/status");
        return ulong.TryParse(said, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var caught) && (caught & Term) != 0;
    });

    public Task RemoveAsync(string id) => _docker.Containers.RemoveContainerAsync(
        id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true });

    /// <summary>Runs a command in a container past the house.</summary>
    public async Task<(long? ExitCode, string Output)> ExecAsync(string id, params string[] command)
    {
        var made = await _docker.Exec.CreateContainerExecAsync(
            id, new ContainerExecCreateParameters { AttachStdout = true, AttachStderr = true, Cmd = command });
        string output;
        using (var stream = await _docker.Exec.StartContainerExecAsync(made.ID, new ContainerExecStartParameters()))
        {
            var (written, errors) = await stream.ReadOutputToEndAsync(TestContext.Current.CancellationToken);
            output = written + errors;
        }

        var ended = await Eventually.GetAsync(
            $"{command[0]} has ended", () => _docker.Exec.InspectContainerExecAsync(made.ID), exec => !exec.Running);
        return (ended.ExitCode, output);
    }

    /// <summary>Removes every container of an account's tasks.</summary>
    public async Task SweepAsync(string account)
    {
        foreach (var container in await OfAccountAsync(account))
        {
            try
            {
                await RemoveAsync(container.Id);
            }
            catch (DockerApiException)
            {
                // Its Agent was quicker.
            }
        }
    }

    public void Dispose() => _docker.Dispose();
}

using System.Diagnostics;
using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Benchmarks.OneTask;

namespace Ecs.Benchmarks.ManyTasks;

/// <summary>
/// Docker Swarm on the same engine: one service of so many replicas, until its tasks all run. The engine is a swarm of
/// itself alone for as long as this lives, unless it was in one before. An engine of 20.10 that leaves its swarm takes the
/// containers that run out of their networks, those of the stack too: it is recreated before anything else is measured.
/// </summary>
internal sealed class RawSwarm : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DockerClient _docker;
    private readonly string _image;
    private readonly IReadOnlyList<string> _command;
    private readonly bool _isOurs;

    private RawSwarm(DockerClient docker, string image, IReadOnlyList<string> command, bool isOurs)
    {
        _docker = docker;
        _image = image;
        _command = command;
        _isOurs = isOurs;
    }

    /// <summary>Makes the engine a swarm; null, and says why, where that cannot be.</summary>
    public static async Task<RawSwarm?> TryStartAsync(Uri endpoint, string image, IReadOnlyList<string> command)
    {
        var docker = new DockerClientBuilder().WithEndpoint(endpoint).Build();
        try
        {
            var state = (await docker.System.GetSystemInfoAsync()).Swarm?.LocalNodeState;
            var isThere = state is "active";
            if (!isThere)
            {
                await docker.Swarm.InitSwarmAsync(new SwarmInitParameters
                {
                    AdvertiseAddr = "127.0.0.1",
                    ListenAddr = "127.0.0.1:2377",
                });
            }

            return new RawSwarm(docker, image, command, isOurs: !isThere);
        }
        catch (Exception fault) when (fault is DockerApiException or HttpRequestException or IOException)
        {
            Console.WriteLine($"Docker Swarm cannot be started on this engine: {fault.Message.Trim()}");
            docker.Dispose();
            return null;
        }
    }

    /// <summary>Tasks a second, from the request to the last one's running.</summary>
    public async Task<double> RunAsync(int count)
    {
        var began = Stopwatch.GetTimestamp();
        var service = (await _docker.Swarm.CreateServiceAsync(new ServiceCreateParameters
        {
            Service = new ServiceSpec
            {
                Name = $"raw-{Guid.NewGuid():N}",
                Mode = new ServiceMode { Replicated = new ReplicatedService { Replicas = (ulong)count } },
                TaskTemplate = new TaskSpec
                {
                    ContainerSpec = new ContainerSpec { Image = _image, Command = [.. _command] },
                    Resources = new ResourceRequirements
                    {
                        Limits = new SwarmLimit { MemoryBytes = OneTaskBenchmark.MemoryMebibytes * 1024L * 1024 },
                    },
                },
            },
        })).ID ?? throw new InvalidOperationException("Swarm made a service without an id");
        try
        {
            await ReachAsync(service, count);
            return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        finally
        {
            await _docker.Swarm.RemoveServiceAsync(service);
            await GoneAsync(service);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isOurs)
        {
            await _docker.Swarm.LeaveSwarmAsync(new SwarmLeaveParameters { Force = true });
            Console.WriteLine("The engine left its swarm; other containers may have lost their networks by that:");
            Console.WriteLine("infra/compose up -d --force-recreate");
        }

        _docker.Dispose();
    }

    private async Task ReachAsync(string service, int count)
    {
        var began = Stopwatch.GetTimestamp();
        while (await RunningAsync(service) < count)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience) throw new TimeoutException($"Swarm did not run {count}");
            await Task.Delay(Poll);
        }
    }

    private async Task<int> RunningAsync(string service)
    {
        var tasks = await _docker.Tasks.ListAsync(new TasksListParameters { Filters = Of("service", service) });
        return tasks.Count(task => task.Status?.State is TaskState.Running);
    }

    // Its containers go after the service has: the next round must not begin beside them.
    private async Task GoneAsync(string service)
    {
        var mine = new ContainersListParameters { All = true, Filters = Of("label", $"com.docker.swarm.service.id={service}") };
        while ((await _docker.Containers.ListContainersAsync(mine)).Count > 0) await Task.Delay(Poll);
    }

    private static Dictionary<string, IDictionary<string, bool>> Of(string name, string value) =>
        new() { [name] = new Dictionary<string, bool> { [value] = true } };
}

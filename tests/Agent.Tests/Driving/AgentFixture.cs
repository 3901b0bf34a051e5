using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Agent.Machine;
using Ecs.Bus;
using Ecs.Contracts.Vocabulary;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecs.Agent.Tests.Driving;

/// <summary>A real Agent on the machine's real Docker, with an instance id and data directory of its own.</summary>
public sealed class AgentFixture : IAsyncDisposable
{
    /// <summary>The longest that anything here is waited for: a test that waits for ever says nothing of where.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// What wants more memory than a container has, in a child: of one that is all dead before containerd watches for it, or
    /// with its control group, nobody learns why.
    /// </summary>
    internal const string Greedy = "sleep 1; tail /dev/zero; code=$?; sleep 1; exit $code";

    private readonly string _instanceId = Guid.NewGuid().ToString("N");
    private WebApplication? _agent;
    private KernelPorts _kernel = new();

    public static string Image { get; } =
        Environment.GetEnvironmentVariable("ECS_TEST_BUSYBOX_IMAGE") is { Length: > 0 } set
            ? set
            : "ecs-events/busybox:debian12";

    internal SchedulerDouble Scheduler { get; } = new();

    /// <summary>The Agents' clock.</summary>
    internal CountingClock Clock { get; } = new();

    /// <summary>What the Agents log.</summary>
    internal HeardLog Log { get; } = new();

    public string DataDir { get; } = Directory.CreateTempSubdirectory("ecs-agent-tests-").FullName;

    public string InstanceId => _instanceId;

    /// <summary>The machine's engine.</summary>
    internal static Uri DockerHost { get; } =
        new(Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } set ? set : "unix:///var/run/docker.sock");

    /// <summary>Docker's own client, in the newest API version of the engine.</summary>
    public DockerClient Docker { get; } = new DockerClientBuilder().WithEndpoint(DockerHost).Build();

    public IServiceProvider Services => _agent!.Services;

    public static async Task<AgentFixture> StartAsync(params string[] settings)
    {
        var fixture = new AgentFixture();
        await fixture.BeginAsync(settings);
        return fixture;
    }

    /// <summary>An Agent that is told of the machine's ports by something else than the kernel.</summary>
    internal static async Task<AgentFixture> StartAsync(KernelPorts kernel)
    {
        var fixture = new AgentFixture { _kernel = kernel };
        await fixture.BeginAsync();
        return fixture;
    }

    public async Task BeginAsync(params string[] settings)
    {
        string[] args =
        [
            "--ECS_HTTP=http://127.0.0.1:0", "--ECS_CLUSTER=agent-tests", "--ECS_STOP_TIMEOUT=1",
            $"--ECS_DATA_DIR={DataDir}", $"--ECS_INSTANCE_ID={_instanceId}", .. settings,
        ];
        _agent = AgentProgram.Build(args, (services, _) => services
            .AddSingleton<ICommandSender>(Scheduler).AddSingleton<IAgentEndpoint>(Scheduler)
            .AddSingleton<IHeartbeats>(Scheduler).AddSingleton(_kernel).AddSingleton<TimeProvider>(Clock)
            .AddSingleton<ILoggerProvider>(Log)
            .AddSingleton<IConversationEndpoint, NobodyAsks>());
        await _agent.StartAsync().WaitAsync(Patience);
        await EventuallyAsync(() => Task.FromResult(Scheduler.InstanceArn.Length > 0));
    }

    /// <summary>All that the Agent kept is lost, but for its key: without that it is another Agent.</summary>
    public void LoseJournal() => Directory.Delete(Path.Combine(DataDir, _instanceId), recursive: true);

    /// <summary>Ends the Agent; what Docker has begun is left as it is.</summary>
    public async Task EndAsync()
    {
        var ending = _agent!;
        _agent = null;
        await ending.StopAsync().WaitAsync(Patience);
        await ending.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    /// <summary>Ends the Agent and begins another one with its data.</summary>
    public async Task RestartAsync(params string[] settings)
    {
        await EndAsync();
        await BeginAsync(settings);
    }

    internal static ContainerDefinition Container(string name, params string[] command) => new()
    {
        Name = name,
        Image = Image,
        Memory = 32,
        Command = command.Length > 0 ? command : ["sleep", "600"],
    };

    public static string DockerName(string task, string container) =>
        $"ecs-agent-test-3-{container}-{task.Split('/')[^1]}";

    /// <summary>The labels that an Agent gives to a container of a task of the double's.</summary>
    public static Dictionary<string, string> LabelsOf(string instanceId, string task, string container) => new()
    {
        [Labels.TaskArn] = task,
        [Labels.ContainerName] = container,
        [Labels.Family] = "agent-test",
        [Labels.Revision] = "3",
        [Labels.Instance] = instanceId,
    };

    public Task<ContainerInspectResponse> InspectAsync(string task, string container) =>
        Docker.Containers.InspectContainerAsync(DockerName(task, container));

    public async Task<string> ExecAsync(string task, string container, params string[] command)
    {
        var exec = await Docker.Exec.CreateContainerExecAsync(DockerName(task, container),
            new ContainerExecCreateParameters { AttachStdout = true, AttachStderr = true, Cmd = command });
        using var stream = await Docker.Exec.StartContainerExecAsync(exec.ID, new ContainerExecStartParameters());
        var (output, error) = await stream.ReadOutputToEndAsync(CancellationToken.None).WaitAsync(Patience);
        return output + error;
    }

    public async Task<IList<ContainerListResponse>> ContainersAsync() =>
        await Docker.Containers.ListContainersAsync(new ContainersListParameters
        {
            All = true,
            Filters = Own(),
        });

    /// <summary>Whether the engine has an image.</summary>
    public async Task<bool> HasImageAsync(string image)
    {
        var seen = (bool?)null;
        await EventuallyAsync(async () => (seen = await TryHasImageAsync(image)) is not null);
        return seen!.Value;
    }

    // Null while Docker is at its removal: the layers go first, and the image is not to be looked at until it is gone too.
    private async Task<bool?> TryHasImageAsync(string image)
    {
        try
        {
            await Docker.Images.InspectImageAsync(image);
            return true;
        }
        catch (DockerApiException fault) when (fault.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
        catch (DockerApiException fault) when (DockerFaults.Text(fault).Contains("layer does not exist", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>Whether the engine has a volume.</summary>
    public async Task<bool> HasVolumeAsync(string volume) =>
        (await Docker.Volumes.ListAsync(new VolumesListParameters())).Volumes?.Any(seen => seen.Name == volume) is true;

    /// <summary>A volume with a name of this test's own.</summary>
    public async Task<string> MakeVolumeAsync(string name, Dictionary<string, string>? labels = null) =>
        (await Docker.Volumes.CreateAsync(
            new VolumesCreateParameters { Name = $"agent-tests-{name}-{_instanceId}", Labels = labels ?? [] })).Name;

    /// <summary>The labels of a volume that an Agent made for a task which is gone.</summary>
    public static Dictionary<string, string> LabelsOfLeft(string instanceId) =>
        new() { [Labels.Instance] = instanceId, [Labels.TaskArn] = "gone", [Labels.Volume] = "v" };

    public static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (!await holds())
        {
            if (DateTime.UtcNow > deadline) throw new TimeoutException("it did not come to hold");

            await Task.Delay(20);
        }
    }

    // Conversations have tests of their own.
    private sealed class NobodyAsks : IConversationEndpoint
    {
        public Task<IAsyncDisposable> ListenAsync(string instanceId, Func<Conversation, Task> talk, CancellationToken ct) =>
            Task.FromResult<IAsyncDisposable>(new MemoryStream());
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_agent is not null) await EndAsync();
        }
        finally
        {
            await RemoveAllAsync();
            Docker.Dispose();
            Directory.Delete(DataDir, recursive: true);
        }
    }

    // Containers first: a volume that is in use stays.
    private async Task RemoveAllAsync()
    {
        foreach (var container in await ContainersAsync())
        {
            await Docker.Containers.RemoveContainerAsync(
                container.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true });
        }

        var volumes = await Docker.Volumes.ListAsync(new VolumesListParameters { Filters = Own() });
        foreach (var volume in volumes.Volumes ?? []) await Docker.Volumes.RemoveAsync(volume.Name, force: true);
    }

    private Dictionary<string, IDictionary<string, bool>> Own() => new()
    {
        ["label"] = new Dictionary<string, bool> { [$"{Labels.Instance}={_instanceId}"] = true },
    };
}

using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;
using MountPoint = Ecs.Contracts.Vocabulary.MountPoint;
using Volume = Ecs.Contracts.Vocabulary.Volume;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Volumes of tasks, seen from inside of real containers and in Docker's own words.</summary>
public sealed class VolumeTests
{
    [Fact]
    public async Task Given_directories_of_the_machine_when_a_task_runs_then_its_containers_see_them_as_they_may()
    {
        await using var agent = await AgentFixture.StartAsync();
        var directory = Path.Combine(agent.DataDir, "mounted");
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "greeting"), "good day");
        var task = await RunAsync(
            agent,
            [new() { Name = "dir", Host = new() { SourcePath = directory } }],
            Mounting("writer", ("dir", "/dir", false)),
            Mounting("reader", ("dir", "/dir", true)),
            AgentFixture.Container("from") with { VolumesFrom = [new() { SourceContainer = "writer" }] },
            AgentFixture.Container("look") with { VolumesFrom = [new() { SourceContainer = "writer", ReadOnly = true }] });

        Assert.Equal("good day", await agent.ExecAsync(task, "reader", "cat", "/dir/greeting"));
        Assert.Contains("Read-only", await agent.ExecAsync(task, "reader", "touch", "/dir/x"));
        Assert.Contains("Read-only", await agent.ExecAsync(task, "look", "touch", "/dir/x"));
        Assert.Equal("", await agent.ExecAsync(task, "from", "sh", "-c", "echo -n mine > /dir/said"));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(directory, "said")));
    }

    [Fact]
    public async Task Given_volumes_of_its_own_when_a_task_goes_then_they_go_with_it_and_nobody_else_s()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_CLEANUP_AFTER=1");
        Volume[] volumes =
        [
            new() { Name = "scratch", Host = new() },
            new()
            {
                Name = "labelled",
                DockerVolumeConfiguration = new()
                {
                    Labels = new Dictionary<string, string> { ["team"] = "blue", [Labels.TaskArn] = "another's" },
                    DriverOpts = new Dictionary<string, string> { ["type"] = "tmpfs", ["device"] = "tmpfs", ["o"] = "size=1m" },
                },
            },
        ];
        var stays = await RunAsync(agent, volumes, Mounting("app", ("scratch", "/s", false)));
        var goes = await RunAsync(
            agent, volumes, Mounting("app", ("scratch", "/s", false), ("labelled", "/l", false)), Mounting("side", ("scratch", "/t", false)));
        var bystander = (await agent.Docker.Volumes.CreateAsync(new VolumesCreateParameters
        {
            Name = $"agent-tests-{agent.InstanceId}",
            Labels = new Dictionary<string, string> { [Labels.Instance] = agent.InstanceId, [Labels.TaskArn] = goes },
        })).Name;
        try
        {
            await agent.ExecAsync(goes, "app", "sh", "-c", "echo -n shared > /s/file");
            Assert.Equal("shared", await agent.ExecAsync(goes, "side", "cat", "/t/file"));
            Assert.DoesNotContain("file", await agent.ExecAsync(stays, "app", "ls", "/s"));
            Assert.Matches("tmpfs on /l .*size=1024k", await agent.ExecAsync(goes, "app", "mount"));
            var labelled = Assert.Single(await VolumesAsync(agent, goes), v => v.Labels[Labels.Volume] == "labelled");
            Assert.Equal(("blue", $"ecs-agent-test-3-labelled-{goes.Split('/')[^1]}"), (labelled.Labels["team"], labelled.Name));

            await agent.Scheduler.StopAsync(goes);
            await agent.Scheduler.WaitAsync(goes, LifecycleStatus.Stopped);

            await AgentFixture.EventuallyAsync(async () => (await VolumesAsync(agent, goes)).Count == 0);
            Assert.Single(await VolumesAsync(agent, stays));
            Assert.Equal(bystander, (await agent.Docker.Volumes.InspectAsync(bystander)).Name);
        }
        finally
        {
            await agent.Docker.Volumes.RemoveAsync(bystander, force: null);
        }
    }

    [Fact]
    public async Task Given_shared_volumes_when_tasks_use_them_then_they_outlive_the_task_and_are_made_only_where_that_is_asked_for()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_CLEANUP_AFTER=0");
        var name = $"agent-tests-shared-{agent.InstanceId}";
        Volume Shared(bool make, string driver = "local") => new()
        {
            Name = name,
            DockerVolumeConfiguration = new() { Scope = "shared", Autoprovision = make, Driver = driver },
        };

        Assert.Equal(
            $"CannotCreateVolumeError: The shared volume {name} is not on this machine, and 'autoprovision' is not true.",
            await FailAsync(agent, [Shared(make: false)], Mounting("app", (name, "/v", false))));
        try
        {
            var first = await RunAsync(agent, [Shared(make: true)], Mounting("app", (name, "/v", false)));
            await agent.ExecAsync(first, "app", "sh", "-c", "echo -n kept > /v/file");
            await agent.Scheduler.StopAsync(first);
            await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);

            var second = await RunAsync(agent, [Shared(make: false)], Mounting("app", (name, "/v", true)));
            Assert.Equal("kept", await agent.ExecAsync(second, "app", "cat", "/v/file"));
            Assert.Contains("with the driver local, not other", await FailAsync(
                agent, [Shared(make: true, "other")], Mounting("app", (name, "/v", false))));
            await agent.Scheduler.StopAsync(second);
            await AgentFixture.EventuallyAsync(async () => (await agent.ContainersAsync()).Count == 0);
        }
        finally
        {
            await AgentFixture.EventuallyAsync(() => TryRemoveAsync(agent, name));
        }
    }

    [Fact]
    public async Task Given_a_volume_of_our_name_that_we_did_not_make_then_it_is_left_alone_and_the_task_fails()
    {
        await using var agent = await AgentFixture.StartAsync();
        await agent.EndAsync();
        var task = await agent.Scheduler.RunAsync(
            new TaskSettings { Volumes = [new() { Name = "v" }] }, Mounting("app", ("v", "/v", false)));
        var taken = (await agent.Docker.Volumes.CreateAsync(
            new VolumesCreateParameters { Name = $"ecs-agent-test-3-v-{task.Split('/')[^1]}" })).Name;
        try
        {
            await agent.BeginAsync("--ECS_CLEANUP_AFTER=0", "--ECS_IMAGE_CLEANUP_INTERVAL=1");
            var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
            Assert.Equal(
                $"CannotCreateVolumeError: The name {taken} is taken by a volume that is not of this task.", told.Containers[0].Reason);
            Assert.Equal(taken, (await agent.Docker.Volumes.InspectAsync(taken)).Name);
        }
        finally
        {
            await agent.Docker.Volumes.RemoveAsync(taken, force: null);
        }
    }

    [Fact]
    public async Task Given_a_volume_that_cannot_be_had_then_the_task_fails_to_start_and_says_why()
    {
        await using var agent = await AgentFixture.StartAsync("--ECS_CLEANUP_AFTER=0");

        Assert.Contains("CannotCreateVolumeError: Error response from daemon: ", await FailAsync(
            agent,
            [new() { Name = "v", DockerVolumeConfiguration = new() { DriverOpts = new Dictionary<string, string> { ["bogus"] = "x" } } }],
            Mounting("app", ("v", "/v", false))));
    }

    // Docker takes a container out of its list before it lets go of its volumes.
    private static async Task<bool> TryRemoveAsync(AgentFixture agent, string volume)
    {
        try
        {
            await agent.Docker.Volumes.RemoveAsync(volume, force: null);
            return true;
        }
        catch (DockerApiException fault) when (fault.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(AgentFixture agent, Volume[] volumes, params ContainerDefinition[] containers)
    {
        var task = await agent.Scheduler.RunAsync(new TaskSettings { Volumes = volumes }, containers);
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        Assert.Equal(LifecycleStatus.Running, told.Status);
        return task;
    }

    private static async Task<string?> FailAsync(AgentFixture agent, Volume[] volumes, ContainerDefinition container)
    {
        var task = await agent.Scheduler.RunAsync(new TaskSettings { Volumes = volumes }, container);
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(StopCode.TaskFailedToStart, told.StopCode);
        return told.Containers[0].Reason;
    }

    private static ContainerDefinition Mounting(string name, params (string Volume, string Path, bool ReadOnly)[] mounts) =>
        AgentFixture.Container(name) with
        {
            MountPoints =
            [
                .. mounts.Select(m => new MountPoint { SourceVolume = m.Volume, ContainerPath = m.Path, ReadOnly = m.ReadOnly }),
            ],
        };

    private static async Task<IList<VolumeResponse>> VolumesAsync(AgentFixture agent, string task) =>
        (await agent.Docker.Volumes.ListAsync(new VolumesListParameters
        {
            Filters = new Dictionary<string, IDictionary<string, bool>>
            {
                ["label"] = new Dictionary<string, bool> { [$"{Labels.TaskArn}={task}"] = true, [Labels.Volume] = true },
            },
        })).Volumes ?? [];
}

using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>What a definition says of a container, seen from inside it and in Docker's own words.</summary>
public sealed class SettingsTests
{
    [Fact]
    public async Task Given_settings_of_the_process_when_a_task_runs_then_the_container_has_them()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await RunAsync(agent, AgentFixture.Container("app") with
        {
            User = "123:456",
            WorkingDirectory = "/tmp",
            Hostname = "my-host",
            PseudoTerminal = true,
            Interactive = true,
            Ulimits = [new Ulimit { Name = "nofile", SoftLimit = 123, HardLimit = 456 }],
            ReadonlyRootFilesystem = true,
            DockerSecurityOptions = ["no-new-privileges"],
        });

        // Its own process's limits: those of a second one some versions of runc now and then set too early, and Go raises them.
        var inside = await agent.ExecAsync(task, "app", "sh", "-c",
            "id -u; id -g; hostname; set -- $(grep 'open files' /proc/1/limits); echo $4; echo $5; pwd; touch /x 2>&1; "
            + "grep NoNewPrivs /proc/self/status");
        var made = await agent.InspectAsync(task, "app");

        Assert.Equal(["123", "456", "my-host", "123", "456", "/tmp"], Lines(inside).Take(6));
        Assert.Contains("Read-only file system", inside);
        Assert.Contains("NoNewPrivs:\t1", inside);
        Assert.True(made.Config!.Tty);
        Assert.True(made.Config.OpenStdin);
    }

    [Fact]
    public async Task Given_names_to_find_when_a_task_runs_then_the_container_finds_them()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await RunAsync(agent, AgentFixture.Container("app") with
        {
            DnsServers = ["192.0.2.53"],
            DnsSearchDomains = ["example.test"],
            ExtraHosts = [new HostEntry { Hostname = "upstream", IpAddress = "192.0.2.7" }],
            SystemControls = [new SystemControl { Namespace = "net.core.somaxconn", Value = "77" }],
        });

        var inside = await agent.ExecAsync(
            task, "app", "cat", "/etc/resolv.conf", "/etc/hosts", "/proc/sys/net/core/somaxconn");

        Assert.Contains("nameserver 192.0.2.53", inside);
        Assert.Contains("search example.test", inside);
        Assert.Contains("192.0.2.7\tupstream", inside);
        Assert.Equal("77", Lines(inside)[^1]);
    }

    /// <summary>What no rule refuses because Docker runs it, as it does for ECS.</summary>
    [Fact]
    public async Task Given_limits_devices_and_tmpfs_at_one_place_when_a_task_runs_then_Docker_takes_them()
    {
        await using var agent = await AgentFixture.StartAsync();
        var limit = new Ulimit { Name = "nofile", SoftLimit = 456, HardLimit = 456 };
        var task = await RunAsync(agent, AgentFixture.Container("app") with
        {
            Ulimits = [limit, limit, limit with { SoftLimit = 123, HardLimit = 123 }],
            ExtraHosts = [new HostEntry { Hostname = "upstream", IpAddress = " 192.0.2.7" }],
            LinuxParameters = new LinuxParameters
            {
                Devices =
                [
                    new Device { HostPath = "/dev/zero", ContainerPath = "/dev/it" },
                    new Device { HostPath = "/dev/zero", ContainerPath = "/dev/it" },
                    new Device { HostPath = "/dev/null", ContainerPath = "/dev/it" },
                ],
                Tmpfs = [new Tmpfs { ContainerPath = "/t", Size = 1 }, new Tmpfs { ContainerPath = "/t/", Size = 2 }],
            },
        });

        var inside = await agent.ExecAsync(
            task, "app", "sh", "-c", "ulimit -n; head -c 3 /dev/it | wc -c; grep -c ' /t ' /proc/mounts; grep upstream /etc/hosts");

        Assert.Equal(["123", "3", "2"], Lines(inside).Take(3));
        Assert.Contains("192.0.2.7\tupstream", inside);
    }

    [Fact]
    public async Task Given_linux_parameters_when_a_task_runs_then_the_container_has_them()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await RunAsync(agent, AgentFixture.Container("app") with
        {
            LinuxParameters = new LinuxParameters
            {
                Capabilities = new KernelCapabilities { Add = ["NET_ADMIN"], Drop = ["CHOWN"] },
                Devices = [new Device { HostPath = "/dev/null", ContainerPath = "/dev/nothing", Permissions = ["read"] }],
                InitProcessEnabled = true,
                SharedMemorySize = 3,
                Tmpfs = [new Tmpfs { ContainerPath = "/scratch", Size = 2, MountOptions = ["noexec"] }],
                MaxSwap = 0,
                Swappiness = 10,
            },
        });

        var inside = await agent.ExecAsync(task, "app", "sh", "-c",
            "mount | grep -E '/scratch|/dev/shm'; touch /f; chown 1 /f; ls /dev/nothing; ps | head -2");
        var made = (await agent.InspectAsync(task, "app")).HostConfig!;

        Assert.Matches("/scratch .*noexec.*size=2048k", inside);
        Assert.Matches("/dev/shm .*size=3072k", inside);
        Assert.Contains("Operation not permitted", inside);
        Assert.Contains("/dev/nothing\n", inside);
        Assert.Contains("init", inside);
        Assert.Contains(made.CapAdd!, added => added.EndsWith("NET_ADMIN", StringComparison.Ordinal));
        Assert.Equal("r", Assert.Single(made.Devices!).CgroupPermissions);
    }

    [Fact]
    public async Task Given_permissions_of_devices_when_a_task_runs_then_its_container_may_do_that_and_nothing_else()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await RunAsync(agent, AgentFixture.Container("app") with
        {
            LinuxParameters = new LinuxParameters
            {
                // Of the machine's devices those that no container has by itself.
                Devices =
                [
                    new Device { HostPath = "/dev/kmsg", ContainerPath = "/dev/written", Permissions = ["write"] },
                    new Device { HostPath = "/dev/loop-control", Permissions = ["read", "mknod"] },
                ],
            },
        });

        var inside = await agent.ExecAsync(task, "app", "sh", "-c",
            "printf '' >>/dev/written && echo writes; head -c 0 /dev/written 2>&1; (: </dev/written) 2>&1;"
            + "mknod /made c 10 237 && echo makes; (: >>/dev/loop-control) 2>&1; (: </dev/loop-control) && echo reads");
        var made = (await agent.InspectAsync(task, "app")).HostConfig!.Devices!;

        Assert.Contains("writes\n", inside);
        Assert.Contains("/dev/written: Operation not permitted", inside);
        Assert.Contains("makes\n", inside);
        Assert.Contains("/dev/loop-control: Operation not permitted", inside);
        Assert.Contains("reads\n", inside);
        Assert.Equal(["w", "rm"], made.Select(device => device.CgroupPermissions));
    }

    [Fact]
    public async Task Given_options_of_security_modules_when_a_task_runs_then_docker_has_them_as_they_were_written()
    {
        await using var agent = await AgentFixture.StartAsync();
        string[] options = ["label:user:staff", "label:type:svirt_apache_t", "apparmor:unconfined", "no-new-privileges:true"];
        var task = await RunAsync(agent, AgentFixture.Container("app") with { DockerSecurityOptions = options });
        var unlabelled = await RunAsync(agent, AgentFixture.Container("app") with { DockerSecurityOptions = ["label:disable"] });

        Assert.Equal(options, (await agent.InspectAsync(task, "app")).HostConfig!.SecurityOpt!);
        Assert.Equal(["label:disable"], (await agent.InspectAsync(unlabelled, "app")).HostConfig!.SecurityOpt!);
    }

    [Fact]
    public async Task Given_labels_and_a_log_driver_when_a_task_runs_then_docker_has_them_and_the_house_s_labels_hold()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await RunAsync(agent, AgentFixture.Container("app") with
        {
            DockerLabels = new Dictionary<string, string>
            {
                ["Team"] = "blue", ["com.amazonaws.ecs.task-arn"] = "somebody else's",
            },
            LogConfiguration = new LogConfiguration
            {
                LogDriver = "json-file", Options = new Dictionary<string, string> { ["max-size"] = "1m" },
            },
        });

        var made = await agent.InspectAsync(task, "app");

        Assert.Equal(("blue", task), (made.Config!.Labels["Team"], made.Config.Labels["com.amazonaws.ecs.task-arn"]));
        Assert.Equal(("json-file", "1m"),
            (made.HostConfig!.LogConfig!.Type, made.HostConfig.LogConfig.Config["max-size"]));
    }

    [Fact]
    public async Task Given_a_container_whose_output_goes_nowhere_when_it_runs_then_docker_keeps_none_of_it()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await RunAsync(agent, AgentFixture.Container("app") with
        {
            LogConfiguration = new LogConfiguration { LogDriver = "none" },
        });

        var made = await agent.InspectAsync(task, "app");

        Assert.Equal(("none", ""), (made.HostConfig!.LogConfig!.Type, made.LogPath));
    }

    [Fact]
    public async Task Given_disabled_networking_when_a_task_runs_then_the_container_has_its_loopback_only()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await RunAsync(agent, AgentFixture.Container("app") with { DisableNetworking = true });

        Assert.Equal(["lo"], Lines(await agent.ExecAsync(task, "app", "ls", "/sys/class/net")));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(30, 0)]
    [InlineData(30, null)]
    public async Task Given_a_stop_timeout_when_a_container_is_stopped_then_it_has_that_long_and_else_as_long_as_the_agent_says(
        int agents, int? own)
    {
        await using var agent = await AgentFixture.StartAsync($"--ECS_STOP_TIMEOUT={agents}");
        var task = await RunAsync(agent, AgentFixture.Container(
            "app", "sh", "-c", "trap 'sleep 2; exit 7' TERM; >/ready; while true; do sleep 0.1; done") with { StopTimeout = own });
        await agent.ExecAsync(task, "app", "sh", "-c", "until [ -e /ready ]; do sleep 0.1; done");
        await agent.Scheduler.StopAsync(task);

        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.Equal(7, told.Containers[0].ExitCode);
    }

    private static async Task<string> RunAsync(AgentFixture agent, ContainerDefinition container)
    {
        var task = await agent.Scheduler.RunAsync(container);
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        return task;
    }

    private static string[] Lines(string text) =>
        text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
}

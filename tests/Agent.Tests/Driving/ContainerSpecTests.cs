using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>What Docker is asked for where no look at a container can tell: some kernels have no place to keep it.</summary>
public sealed class ContainerSpecTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData(16, 10, 80 * MiB)]
    [InlineData(0, 0, 64 * MiB)]
    public void Given_swap_then_docker_is_told_memory_and_swap_together_and_the_swappiness(int swap, int swappiness, long both)
    {
        var host = Of(new() { Memory = 64, LinuxParameters = new() { MaxSwap = swap, Swappiness = swappiness } });

        Assert.Equal((64 * MiB, both, swappiness), (host.Memory, host.MemorySwap, host.MemorySwappiness));
    }

    [Fact]
    public void Given_a_swappiness_without_swap_then_it_means_nothing_as_in_ECS()
    {
        var host = Of(new() { Memory = 64, LinuxParameters = new() { Swappiness = 10 } });

        Assert.Equal((0, null), (host.MemorySwap, host.MemorySwappiness));
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(77, 77)]
    [InlineData(262_144, 262_144)]
    [InlineData(262_145, 262_144)]
    [InlineData(1024 * 1024, 262_144)]
    public void Given_cpu_units_then_docker_is_told_as_many_shares_within_what_linux_knows(int? cpu, long shares) =>
        Assert.Equal(shares, Of(new() { Cpu = cpu }).CPUShares);

    [Fact]
    public void Given_a_device_without_a_place_and_permissions_then_it_is_where_the_machine_has_it_and_all_is_allowed()
    {
        var devices = Of(new()
        {
            LinuxParameters = new()
            {
                Devices =
                [
                    new() { HostPath = "/dev/fuse" },
                    new() { HostPath = "/dev/null", ContainerPath = "/dev/n", Permissions = ["write", "mknod"] },
                ],
            },
        }).Devices!;

        Assert.Equal(
            [("/dev/fuse", "/dev/fuse", "rwm"), ("/dev/null", "/dev/n", "wm")],
            devices.Select(d => (d.PathOnHost, d.PathInContainer, d.CgroupPermissions)));
    }

    [Theory]
    [InlineData(60, 5)]
    [InlineData(0, 77)]
    [InlineData(null, 77)]
    public void Given_a_check_then_it_comes_more_often_within_its_start_period_and_without_one_as_often_as_ever(int? startPeriod, int seconds)
    {
        var check = Spec(new() { HealthCheck = new() { Command = ["CMD", "true"], Interval = 77, StartPeriod = startPeriod } }).Healthcheck!;

        Assert.Equal((TimeSpan.FromSeconds(77), TimeSpan.FromSeconds(seconds)), (check.Interval, check.StartInterval));
    }

    private static HostConfig Of(ContainerDefinition definition) => Spec(definition).HostConfig!;

    private static CreateContainerParameters Spec(ContainerDefinition definition)
    {
        var task = TaskMachine.Step(
            TaskMachine.Unknown(Some.Task(1)),
            new Assigned(Some.Time, Some.Start(1, 10, definition with { Name = "web", Image = "busybox:1" }))).State;
        var instance = new Instance("instance", "default", TimeSpan.Zero, AllowsPrivileged: false, PullBehavior.Default);
        return ContainerSpecs.Of(task, task.Containers[0], [], [], instance);
    }
}

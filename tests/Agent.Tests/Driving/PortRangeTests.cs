using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Agent.Machine;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>Port ranges on the real engine: which ports are chosen, and what happens where somebody takes them.</summary>
public sealed class PortRangeTests : IDisposable
{
    // A machine that tells where ephemeral ports are, and nothing of who has them.
    private readonly string _machine = Directory.CreateTempSubdirectory("ecs-kernel-").FullName;

    [Fact]
    public async Task Given_ranges_when_a_task_runs_then_as_many_ports_lead_into_the_container_and_each_range_is_told_as_one()
    {
        await using var agent = await AgentFixture.StartAsync();
        var task = await agent.Scheduler.RunAsync(Web("8000-8002", new() { ContainerPortRange = "53-54", Protocol = "udp" }, new() { ContainerPort = 70 }));
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        Assert.Equal(
            ["70/tcp", "8000-8002/tcp", "53-54/udp"],
            told.Containers[0].NetworkBindings.Select(b => $"{b.ContainerPortRange ?? $"{b.ContainerPort}"}/{b.Protocol}"));
        Assert.All(told.Containers[0].NetworkBindings, b => Assert.Equal("0.0.0.0", b.BindIP));
        var (tcp, udp) = (Host(told, "tcp"), Host(told, "udp"));
        Assert.Equal((3, 2), (tcp.Count, udp.Count));
        for (var i = 0; i < tcp.Count; i++) await AnswersAsync(tcp.First + i, $"{8000 + i}");
        var made = await agent.InspectAsync(task, "web");
        Assert.Equal($"{udp.Last}", made.HostConfig!.PortBindings!["54/udp"][0].HostPort);
        Assert.Equal($"8000-8002={tcp}/tcp,53-54={udp}/udp", made.Config!.Labels[Labels.PortRanges]);
    }

    [Fact]
    public async Task Given_many_tasks_with_ranges_when_they_come_together_then_no_two_have_a_port_in_common()
    {
        await using var agent = await AgentFixture.StartAsync();
        var tasks = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => agent.Scheduler.RunAsync(Web("8000-8003"))));
        var ranges = new List<PortRange>();
        foreach (var task in tasks) ranges.Add(Host(await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running), "tcp"));

        foreach (var (i, range) in ranges.Index()) Assert.DoesNotContain(ranges.Skip(i + 1), range.Overlaps);
    }

    [Fact]
    public async Task Given_ports_that_somebody_took_when_it_starts_then_the_container_is_made_anew_with_others_and_runs_once()
    {
        var ports = FreeAround(12);
        Tell(ports);
        using var first = Listen(ports.First + 1);
        using var second = Listen(ports.First + 4);
        await using var agent = await StartAsync();
        await using var starts = await HeardStarts.BeginAsync(agent);
        var task = await agent.Scheduler.RunAsync(Web("8000-8002"));
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        Assert.Equal(new PortRange(ports.First + 6, ports.First + 8), Host(told, "tcp"));
        var made = Assert.Single(await agent.ContainersAsync());
        Assert.Equal(made.ID, told.Containers[0].RuntimeId);
        Assert.Equal(made.ID, Assert.Single(await starts.AllAsync()));
        await AnswersAsync(ports.First + 6, "8000");
    }

    [Fact]
    public async Task Given_ports_that_somebody_took_wherever_they_are_chosen_then_the_task_failed_with_docker_s_words()
    {
        var ports = FreeAround(18);
        Tell(ports);
        var listeners = Enumerable.Range(0, 5).Select(i => Listen(ports.First + (3 * i))).ToList();
        await using var agent = await StartAsync();
        var task = await agent.Scheduler.RunAsync(Web("8000-8002"));
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.Equal(StopCode.TaskFailedToStart, told.StopCode);
        Assert.StartsWith("CannotStartContainerError: ", told.Containers[0].Reason, StringComparison.Ordinal);
        Assert.Contains($"{ports.First + 12}", told.Containers[0].Reason, StringComparison.Ordinal);
        foreach (var listener in listeners) listener.Dispose();
    }

    [Fact]
    public async Task Given_fewer_free_ports_than_a_range_has_then_nothing_is_made_and_the_reason_says_how_many_are_missing()
    {
        var ports = FreeAround(10);
        Tell(ports);
        await using var agent = await StartAsync();
        var task = await agent.Scheduler.RunAsync(Web("8000-8010"));
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.Equal(
            $"CannotCreateContainerError: No 11 tcp ports that follow each other are free in {ports} of the machine, for the port range 8000-8010.",
            told.Containers[0].Reason);
        Assert.Empty(await agent.ContainersAsync());
    }

    [Fact]
    public async Task Given_a_fixed_port_that_is_taken_beside_a_range_then_other_ports_for_the_range_are_not_tried()
    {
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var ports = FreeAround(18);
        Tell(ports);
        await using var agent = await StartAsync();
        var task = await agent.Scheduler.RunAsync(Web("8000-8002", new PortMapping { ContainerPort = 80, HostPort = port }));
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);

        Assert.StartsWith("CannotStartContainerError: ", told.Containers[0].Reason, StringComparison.Ordinal);
        Assert.Contains($":{port}", told.Containers[0].Reason, StringComparison.Ordinal);
        Assert.Equal(
            $"8000-8002={ports.First}-{ports.First + 2}/tcp",
            Assert.Single(await agent.ContainersAsync()).Labels[Labels.PortRanges]);
    }

    [Fact]
    public async Task Given_a_container_that_was_made_and_not_started_when_ports_are_chosen_then_those_of_its_label_are_left_to_it()
    {
        var ports = FreeAround(12);
        Tell(ports);
        await using var agent = await StartAsync();
        // Another Agent's: two of them may share an engine.
        var others = $"{Guid.NewGuid():N}";
        var other = await agent.Docker.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Name = AgentFixture.DockerName(others, "web"),
            Image = AgentFixture.Image,
            Labels = new Dictionary<string, string>(AgentFixture.LabelsOf("another", others, "web"))
            {
                [Labels.PortRanges] = $"80-82={ports.First}-{ports.First + 2}/tcp",
            },
        });
        try
        {
            var task = await agent.Scheduler.RunAsync(Web("8000-8002"));
            var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

            Assert.Equal(new PortRange(ports.First + 3, ports.First + 5), Host(told, "tcp"));
        }
        finally
        {
            await agent.Docker.Containers.RemoveContainerAsync(other.ID, new ContainerRemoveParameters { Force = true });
        }
    }

    public void Dispose() => Directory.Delete(_machine, recursive: true);

    private static ContainerDefinition Web(string range, params PortMapping[] more) => AgentFixture.Container(
        "web", "sh", "-c", "for p in 8000 8001 8002; do mkdir /$p; echo $p > /$p/index.html; httpd -p $p -h /$p; done; sleep 600")
        with { PortMappings = [new() { ContainerPortRange = range }, .. more] };

    private static PortRange Host(Contracts.Agents.TaskObservation told, string protocol)
    {
        var binding = told.Containers[0].NetworkBindings.Single(b => b.ContainerPortRange is not null && b.Protocol == protocol);
        Assert.Equal((null, null), (binding.ContainerPort, binding.HostPort));
        Assert.True(PortRange.TryParse(binding.HostPortRange, out var range));
        return range;
    }

    private Task<AgentFixture> StartAsync() => AgentFixture.StartAsync(new KernelPorts(_machine));

    private void Tell(PortRange ephemeral)
    {
        var file = Path.Combine(_machine, "sys/net/ipv4/ip_local_port_range");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"{ephemeral.First}\t{ephemeral.Last}\n"));
    }

    // Below the machine's own ephemeral range, where nobody else's connections begin.
    private static PortRange FreeAround(int count)
    {
        var kernel = new KernelPorts();
        return FreePorts.Find(count, new PortRange(20_000, 32_000), Random.Shared.Next(20_000, 31_000), kernel.Used("tcp").ToHashSet())!.Value;
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Any, port);
        listener.Start();
        return listener;
    }

    private static async Task AnswersAsync(int port, string expected)
    {
        using var http = new HttpClient();
        await AgentFixture.EventuallyAsync(async () =>
        {
            try
            {
                return (await http.GetStringAsync($"http://127.0.0.1:{port}/")).Trim() == expected;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }
}

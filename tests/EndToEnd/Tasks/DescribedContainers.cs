using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

/// <summary>What DescribeTasks tells of containers, held against what Docker itself says of them.</summary>
[Collection(CalmTests.Name)]
public sealed class DescribedContainers(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";

    [Fact]
    public async Task Given_a_task_when_it_is_described_then_ids_digests_ports_and_exit_codes_are_those_that_Docker_has()
    {
        var (family, port) = (NewName("described"), TestSettings.FreePort());
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("web", Containers.Sleep).With("portMappings", new object[]
                {
                    new { containerPort = 80, hostPort = port },
                    new { containerPort = 81 },
                    new { containerPort = 53, protocol = "udp" },
                }),
                Containers.Shell("job", "exit 5", essential: false),
            },
        });
        var task = Assert.Single(await RunAsync(Cluster, family));
        await WhenAsync(Cluster, task, "RUNNING");
        var shown = await Eventually.GetAsync(
            "the job's end is told", () => TaskAsync(Cluster, task), t => Of(t, "job")["exitCode"] is not null);

        using var engine = new Engine();
        var made = (await engine.OfTaskAsync(task)).ToDictionary(container => container.Name, container => container.Id);
        Assert.Equal(["job", "web"], made.Keys.Order());
        var image = await engine.Client.Images.InspectImageAsync(TestSettings.Busybox, Cancel);
        var digest = image.RepoDigests is [var named, ..] ? named.Split('@')[1] : image.ID;
        foreach (var (name, id) in made)
        {
            Assert.Equal((id, digest), ((string?)Of(shown, name)["runtimeId"], (string?)Of(shown, name)["imageDigest"]));
        }

        Assert.Equal(5, (int)Of(shown, "job")["exitCode"]!);
        Assert.Empty(Of(shown, "job")["networkBindings"]!.AsArray());
        var ports = (await engine.InspectAsync(made["web"])).NetworkSettings!.Ports;
        Assert.Equal(
            ports.SelectMany(open => open.Value.Where(b => !b.HostIP.Contains(':', StringComparison.Ordinal))
                .Select(b => $"{b.HostIP} {open.Key} {b.HostPort}")).Order(),
            Of(shown, "web")["networkBindings"]!.AsArray()
                .Select(b => $"{b!["bindIP"]} {b["containerPort"]}/{b["protocol"]} {b["hostPort"]}").Order());
        Assert.Contains($"0.0.0.0 80/tcp {port}", Of(shown, "web")["networkBindings"]!.AsArray()
            .Select(b => $"{b!["bindIP"]} {b["containerPort"]}/{b["protocol"]} {b["hostPort"]}"));
        Assert.Equal(3, Of(shown, "web")["networkBindings"]!.AsArray().Count);
        await engine.WhenItTrapsTermAsync(made["web"]);
        await Api.CallAsync("StopTask", new { cluster = Cluster, task });
        Assert.Equal(143, (int)Of(await WhenAsync(Cluster, task, "STOPPED"), "web")["exitCode"]!);
    }

    private static JsonNode Of(JsonNode task, string name) =>
        task["containers"]!.AsArray().Single(container => (string?)container!["name"] == name)!;
}

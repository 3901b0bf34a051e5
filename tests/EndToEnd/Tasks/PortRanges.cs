using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Ecs.Contracts.Vocabulary;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

/// <summary>Port mappings as ECS has them: ranges, names and protocols, from the API to the ports of the machine.</summary>
[Collection(CalmTests.Name)]
public sealed class PortRanges(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";

    [Fact]
    public async Task Given_ranges_of_tcp_and_udp_when_a_task_runs_then_all_ports_are_reached_and_DescribeTasks_says_which()
    {
        var family = NewName("ranges");
        var registered = (await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("web",
                    "for p in 8000 8001 8002 8003 8004; do mkdir /$p; echo -n $p > /$p/index.html; httpd -p $p -h /$p; done; "
                    + Containers.Sleep).With("portMappings", new object[]
                {
                    new { containerPortRange = "8000-8004", name = "web", appProtocol = "http" },
                    new { containerPortRange = "9000-9004", protocol = "udp" },
                }),
            },
        }))["taskDefinition"]!;
        Assert.Equal(
            "ecs.capability.network.container-port-range", (string?)Assert.Single(registered["requiresAttributes"]!.AsArray())!["name"]);
        var shown = (await Api.CallAsync("DescribeTaskDefinition", new { taskDefinition = family }))["taskDefinition"]!;
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                """
                [{"containerPortRange":"8000-8004","protocol":"tcp","name":"web","appProtocol":"http"},
                 {"containerPortRange":"9000-9004","protocol":"udp"}]
                """),
            shown["containerDefinitions"]![0]!["portMappings"]), shown.ToJsonString());

        var before = await PortsAsync();
        var task = Assert.Single(await RunAsync(Cluster, family));
        var bindings = (await WhenAsync(Cluster, task, "RUNNING"))["containers"]![0]!["networkBindings"]!.AsArray();

        Assert.Equal(
            ["bindIP=0.0.0.0 containerPortRange=8000-8004 protocol=tcp", "bindIP=0.0.0.0 containerPortRange=9000-9004 protocol=udp"],
            bindings.Select(b => string.Join(' ', b!.AsObject().Where(m => m.Key is not "hostPortRange").OrderBy(m => m.Key)
                .Select(m => $"{m.Key}={m.Value}"))));
        var (tcp, udp) = (Host(bindings[0]!), Host(bindings[1]!));
        Assert.Equal((5, 5), (tcp.Count, udp.Count));
        using var http = new HttpClient();
        for (var i = 0; i < tcp.Count; i++)
        {
            var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{tcp.First + i}/");
            Assert.Equal($"{8000 + i}", await Eventually.GetAsync($"{url} answers", () => http.GetStringAsync(url), page => page.Length > 0));
        }

        await AssertArriveAsync(task, udp);
        // Ports that an Agent finds are no resource of the instance.
        Assert.Equal(before, await PortsAsync());
        await StopAllAsync(Cluster);
    }

    [Fact]
    public async Task Given_a_range_on_the_machine_s_network_when_registered_then_it_is_refused_as_in_ECS()
    {
        var refused = await Api.PostAsync("RegisterTaskDefinition", new JsonObject
        {
            ["family"] = NewName("host-range"),
            ["networkMode"] = "host",
            ["containerDefinitions"] = JsonNode.Parse(
                """[{"name": "a", "image": "a", "memory": 8, "portMappings": [{"containerPortRange": "80-90"}]}]"""),
        }.ToJsonString());

        Assert.Equal(
            ("ClientException", "containerDefinitions[0].portMappings[0].containerPortRange"),
            ((string?)JsonNode.Parse(refused.Text)!["__type"], (string?)JsonNode.Parse(refused.Text)!["field"]));
    }

    // Nothing listens there, and the kernel counts each packet that came in vain.
    private static async Task AssertArriveAsync(string task, PortRange ports)
    {
        using var engine = new Engine();
        var container = Assert.Single(await engine.OfTaskAsync(task)).Id;
        var came = await CountAsync(engine, container);
        using var sender = new UdpClient();
        for (var port = ports.First; port <= ports.Last; port++)
        {
            await sender.SendAsync(new byte[] { 1 }, "127.0.0.1", port);
            var before = came;
            came = await Eventually.GetAsync($"a packet to {port} arrives", () => CountAsync(engine, container), now => now > before);
        }
    }

    private static async Task<long> CountAsync(Engine engine, string container)
    {
        var (_, output) = await engine.ExecAsync(container, "sh", "-c", "grep ^Udp: /proc/net/snmp | tail -1 | cut -d' ' -f3");
        return long.Parse(output.Trim(), CultureInfo.InvariantCulture);
    }

    private async Task<string> PortsAsync()
    {
        var arns = (await Api.CallAsync("ListContainerInstances", new { cluster = Cluster }))["containerInstanceArns"]!;
        var shown = await Api.CallAsync("DescribeContainerInstances", new { cluster = Cluster, containerInstances = arns });
        return string.Join(' ', shown["containerInstances"]![0]!["remainingResources"]!.AsArray()
            .Where(r => ((string)r!["name"]!).StartsWith("PORTS", StringComparison.Ordinal)).Select(r => r!.ToJsonString()));
    }

    private static PortRange Host(JsonNode binding)
    {
        Assert.True(PortRange.TryParse((string?)binding["hostPortRange"], out var range), binding.ToJsonString());
        return range;
    }
}

using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

[Collection(CalmTests.Name)]
public sealed class LinkedContainers(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    [Fact]
    public async Task Given_an_api_of_three_containers_then_its_page_comes_through_the_balancers_host_port()
    {
        var port = TestSettings.FreePort();
        var family = NewName("api");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            // The links decide who is started first, not this order.
            containerDefinitions = new[]
            {
                Containers.Shell("balancer", Page("wget -q -O - http://front-end:8000/cgi-bin/page"))
                    .With("links", new[] { "web:front-end" })
                    .With("portMappings", new[] { new { containerPort = 8000, hostPort = port } }),
                Containers.Shell("web", Page("nc database 5432 </dev/null")).With("links", new[] { "database" }),
                Containers.Shell(
                    "database", "trap 'exit 143' TERM; while true; do echo row forty-two | nc -l -p 5432 & wait $!; done"),
            },
        });

        var task = Assert.Single(await RunAsync(Cluster, family));
        var shown = await WhenAsync(Cluster, task, "RUNNING");

        var page = await Eventually.GetAsync(
            "the page comes",
            () => Http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/cgi-bin/page")),
            text => text.Length > 0);
        Assert.Equal("row forty-two", page.Trim());
        Assert.Equal([port], HostPorts(shown, "balancer"));
        Assert.Equal(3, shown["containers"]!.AsArray().Count(c => (string?)c!["lastStatus"] == "RUNNING"));
        await Api.CallAsync("StopTask", new { cluster = Cluster, task });
        await WhenAsync(Cluster, task, "STOPPED");
    }

    [Fact]
    public async Task Given_no_host_port_when_the_task_runs_then_its_network_bindings_tell_the_port_that_answers()
    {
        var family = NewName("dynamic-port");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("web", Page("echo found"))
                    .With("portMappings", new object[] { new { containerPort = 8000, hostPort = 0 } }),
            },
        });

        // Two at once: neither may stand in the other's way.
        var tasks = await RunAsync(Cluster, family, count: 2);
        var ports = new List<int>();
        foreach (var task in tasks)
        {
            var port = Assert.Single(HostPorts(await WhenAsync(Cluster, task, "RUNNING"), "web"));
            var page = await Eventually.GetAsync(
                "the page comes",
                () => Http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/cgi-bin/page")),
                text => text.Length > 0);
            Assert.Equal("found", page.Trim());
            ports.Add(port);
        }

        Assert.Equal(2, ports.Distinct().Count());
        foreach (var task in tasks) await Api.CallAsync("StopTask", new { cluster = Cluster, task });
    }

    [Fact]
    public async Task Given_processes_and_memory_that_a_task_shares_when_it_runs_then_its_containers_see_each_other_s()
    {
        var family = NewName("sharing");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            pidMode = "task",
            ipcMode = "task",
            containerDefinitions = new[]
            {
                Containers.Shell("side", "touch /dev/shm/said; exec sleep 4321", essential: false),
                Containers.Shell("main", Containers.Sleep),
            },
        });
        var shown = (await Api.CallAsync("DescribeTaskDefinition", new { taskDefinition = family }))["taskDefinition"]!;
        Assert.Equal(("task", "task"), ((string)shown["pidMode"]!, (string)shown["ipcMode"]!));
        var task = Assert.Single(await RunAsync(Cluster, family));
        await WhenAsync(Cluster, task, "RUNNING");

        using var engine = new Engine();
        var main = (await engine.OfTaskAsync(task)).Single(container => container.Name == "main").Id;
        await Eventually.HoldsAsync("the other's process and file are seen", async () =>
            (await engine.ExecAsync(main, "sh", "-c", "ps; ls /dev/shm")).Output is var seen
            && seen.Contains("sleep 4321", StringComparison.Ordinal) && seen.Contains("said", StringComparison.Ordinal));
        await Api.CallAsync("StopTask", new { cluster = Cluster, task });
        var stopped = await WhenAsync(Cluster, task, "STOPPED");
        Assert.All(stopped["containers"]!.AsArray(), container => Assert.NotNull(container!["exitCode"]));
    }

    [Fact]
    public async Task Given_processes_that_a_task_shares_when_its_essential_container_waits_for_a_migration_then_it_runs()
    {
        var family = NewName("migrated");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            pidMode = "task",
            containerDefinitions = new[]
            {
                Containers.Shell("app", Containers.Sleep)
                    .With("dependsOn", new[] { new { containerName = "migrate", condition = "SUCCESS" } }),
                Containers.Shell("side", "exec sleep 4321", essential: false),
                Containers.Shell("migrate", "exit 0", essential: false),
            },
        });
        var task = Assert.Single(await RunAsync(Cluster, family));
        var shown = await WhenAsync(Cluster, task, "RUNNING");
        Assert.Equal(0, (int)shown["containers"]!.AsArray().Single(c => (string?)c!["name"] == "migrate")!["exitCode"]!);

        using var engine = new Engine();
        var app = (await engine.OfTaskAsync(task)).Single(container => container.Name == "app").Id;
        await Eventually.HoldsAsync("the other's process is seen", async () =>
            (await engine.ExecAsync(app, "ps")).Output.Contains("sleep 4321", StringComparison.Ordinal));
        await Api.CallAsync("StopTask", new { cluster = Cluster, task });
        await WhenAsync(Cluster, task, "STOPPED");
    }

    private static IEnumerable<int> HostPorts(JsonNode task, string container) =>
        task["containers"]!.AsArray().Single(c => (string?)c!["name"] == container)!["networkBindings"]!.AsArray()
            .Select(binding => (int)binding!["hostPort"]!).Distinct();

    /// <summary>A web server whose one page is what a line of shell prints.</summary>
    private static string Page(string line) => string.Join(
        '\n',
        "mkdir -p /www/cgi-bin",
        $"printf '#!/bin/sh\\necho Content-Type: text/plain\\necho\\n{line}\\n' >/www/cgi-bin/page",
        "chmod +x /www/cgi-bin/page",
        "trap 'exit 143' TERM",
        "httpd -f -p 8000 -h /www & wait $!");
}

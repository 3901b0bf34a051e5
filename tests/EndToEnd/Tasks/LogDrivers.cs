using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

/// <summary>
/// The log drivers of ECS that Docker has, from the definition to the real container, and from its line to whoever takes
/// such lines. <c>none</c>, which the replies of ECS's own model have not got, is in <c>Agent.Tests/Driving/SettingsTests</c>.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class LogDrivers(CalmStack stack) : StackTest(stack)
{
    private const string Journald = "journald";
    private const string Tag = "every-task";

    /// <summary>The driver's word to journald goes to this socket, and to no other: without it no such container starts.</summary>
    private static readonly bool HasJournald = File.Exists("/run/systemd/journal/socket");

    [Fact]
    public async Task Given_each_log_driver_when_a_task_runs_then_Docker_has_it_with_its_options_and_its_line_comes_where_they_say()
    {
        using var syslog = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var gelf = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var fluentd = Listener();
        using var splunk = Listener();
        var drivers = new Dictionary<string, Dictionary<string, string>>
        {
            ["json-file"] = new() { ["max-file"] = "2" },
            ["syslog"] = new() { ["syslog-address"] = $"udp://{syslog.Client.LocalEndPoint}", ["tag"] = Tag },
            ["gelf"] = new() { ["gelf-address"] = $"udp://{gelf.Client.LocalEndPoint}", ["tag"] = Tag },
            ["fluentd"] = new() { ["fluentd-address"] = $"{fluentd.LocalEndpoint}", ["tag"] = Tag },
            ["splunk"] = new()
            {
                ["splunk-url"] = $"http://{splunk.LocalEndpoint}", ["splunk-token"] = "none", ["splunk-verify-connection"] = "false",
            },
            [Journald] = new() { ["tag"] = Tag },
        };
        var family = NewName("logged");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = drivers.Select(driver => Containers.Shell(
                driver.Key, $"echo a line for {driver.Key}; {Containers.Sleep}", essential: driver.Key != Journald || HasJournald).With(
                    "logConfiguration", new { logDriver = driver.Key, options = driver.Value })),
        });

        var task = Assert.Single(await RunAsync("default", family));
        var shown = await WhenAsync("default", task, "RUNNING");

        await AreMadeAsync(task, drivers);
        var journald = shown["containers"]!.AsArray().Single(container => (string?)container!["name"] == Journald)!;
        if (HasJournald) Assert.Equal("RUNNING", (string?)journald["lastStatus"]);
        else Assert.Matches("^CannotStartContainerError: .*journald is not enabled on this host", (string?)journald["reason"]);
        var line = Encoding.UTF8.GetString(await DatagramAsync(syslog));
        Assert.Contains(Tag, line, StringComparison.Ordinal);
        Assert.EndsWith("a line for syslog\n", line, StringComparison.Ordinal);
        var message = JsonNode.Parse(await UnzippedAsync(await DatagramAsync(gelf)))!;
        Assert.Equal(("a line for gelf", Tag), ((string?)message["short_message"], (string?)message["_tag"]));
        Assert.EndsWith(task.Split('/')[^1], (string?)message["_container_name"], StringComparison.Ordinal);
        Assert.Contains(Tag, await HeardAsync(fluentd, "a line for fluentd"), StringComparison.Ordinal);

        // It sends what it has every few seconds, and at its end.
        await Api.CallAsync("StopTask", new { task });
        Assert.StartsWith("POST /services/collector", await HeardAsync(splunk, "a line for splunk"), StringComparison.Ordinal);
        await WhenAsync("default", task, "STOPPED");
    }

    /// <summary>Every container was made with its driver and options, and runs but where its daemon is not there.</summary>
    private static async Task AreMadeAsync(string task, Dictionary<string, Dictionary<string, string>> drivers)
    {
        using var engine = new Engine();
        var containers = await engine.OfTaskAsync(task);
        Assert.Equal(drivers.Keys.Order(), containers.Select(container => container.Name).Order());
        foreach (var container in containers)
        {
            var made = await engine.InspectAsync(container.Id);
            var config = made.HostConfig!.LogConfig!;
            Assert.Equal(container.Name, config.Type);
            Assert.Equal(drivers[container.Name].OrderBy(option => option.Key), config.Config.OrderBy(option => option.Key));
            Assert.Equal(container.Name != Journald || HasJournald, made.State!.Running);
        }
    }

    private static TcpListener Listener()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static async Task<byte[]> DatagramAsync(UdpClient socket)
    {
        using var patience = Patience();
        return (await socket.ReceiveAsync(patience.Token)).Buffer;
    }

    /// <summary>What a GELF message is in: Docker's driver packs it with gzip.</summary>
    private static async Task<string> UnzippedAsync(byte[] datagram)
    {
        using var text = new StreamReader(new GZipStream(new MemoryStream(datagram), CompressionMode.Decompress));
        return await text.ReadToEndAsync(Cancel);
    }

    /// <summary>What the first that connects says, until it has said the words; it is told in HTTP that this is well.</summary>
    private static async Task<string> HeardAsync(TcpListener listener, string words)
    {
        using var patience = Patience();
        using var client = await listener.AcceptTcpClientAsync(patience.Token);
        var stream = client.GetStream();
        var heard = new StringBuilder();
        var buffer = new byte[4096];
        while (!heard.ToString().Contains(words, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, patience.Token);
            Assert.True(count > 0, $"it ended without '{words}': {heard}");
            heard.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), patience.Token);
        return heard.ToString();
    }

    private static CancellationTokenSource Patience()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Eventually.Patience);
        return patience;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

/// <summary>
/// The log drivers of ECS that Docker has, from the definition to the real container. <c>none</c>, which the replies of
/// ECS's own model have not got, is in <c>Agent.Tests/Driving/SettingsTests</c>.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class LogDrivers(CalmStack stack) : StackTest(stack)
{
    [Fact]
    public async Task Given_each_log_driver_when_a_task_runs_then_Docker_has_it_with_its_options_and_syslog_is_really_written_to()
    {
        using var syslog = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)syslog.Client.LocalEndPoint!).Port;
        var drivers = new Dictionary<string, Dictionary<string, string>>
        {
            ["json-file"] = new() { ["max-file"] = "2" },
            ["syslog"] = new() { ["syslog-address"] = $"udp://127.0.0.1:{port}", ["tag"] = "every-task" },
            ["gelf"] = new() { ["gelf-address"] = $"udp://127.0.0.1:{port + 1}" },
            ["fluentd"] = new() { ["fluentd-address"] = "127.0.0.1:1", ["fluentd-async"] = "true" },
            ["splunk"] = new()
            {
                ["splunk-url"] = "http://127.0.0.1:1", ["splunk-token"] = "none", ["splunk-verify-connection"] = "false",
            },
            ["journald"] = new() { ["tag"] = "every-task" }, // It is made everywhere, and starts where there is a journald.
        };
        var family = NewName("logged");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = drivers.Select(driver => Containers.Shell(
                driver.Key, $"echo a line for {driver.Key}; {Containers.Sleep}", essential: driver.Key == "json-file").With(
                    "logConfiguration", new { logDriver = driver.Key, options = driver.Value })),
        });
        var task = Assert.Single(await RunAsync("default", family));
        await WhenAsync("default", task, "RUNNING");

        using var engine = new Engine();
        foreach (var container in await engine.OfTaskAsync(task))
        {
            var config = (await engine.InspectAsync(container.Id)).HostConfig!.LogConfig!;
            Assert.Equal(container.Name, config.Type);
            Assert.Equal(drivers[container.Name].OrderBy(option => option.Key), config.Config.OrderBy(option => option.Key));
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Eventually.Patience);
        var line = Encoding.UTF8.GetString((await syslog.ReceiveAsync(patience.Token)).Buffer);
        Assert.Contains("every-task", line, StringComparison.Ordinal);
        Assert.EndsWith("a line for syslog\n", line, StringComparison.Ordinal);
        await Api.CallAsync("StopTask", new { task });
        await WhenAsync("default", task, "STOPPED");
    }
}

using System.Net;
using System.Net.Sockets;

namespace Ecs.Infra.Tests;

/// <summary>What <c>infra/join.sh</c> looks at before it builds anything, and what it tells the Agent.</summary>
public sealed class JoinTests : IDisposable
{
    private readonly TcpListener _broker = new(IPAddress.Loopback, 0);
    private readonly Checkout _checkout = new Checkout().WithEngine().WithSdk("[[ $1 == */Ecs.Agent.dll ]] && env | sort; exit 0");

    public JoinTests() => _broker.Start();

    [Fact]
    public async Task Given_settings_when_the_Agent_runs_in_a_container_then_that_has_them_and_takes_the_place_of_the_one_before()
    {
        _checkout.Write("artifacts/publish/Agent/release/Ecs.Agent.runtimeconfig.json", "{}");
        _checkout.Write("docker/config.json", "{}");

        (await _checkout.RunAsync(
            "infra/join.sh",
            ("ECS_REGISTRY_CREDENTIALS", $"{_checkout.Root}/docker/config.json"),
            ("ECS_BUS_URI", Bus),
            ("ECS_HTTP", Free),
            ("ECS_DOTNET_IMAGE", "there"),
            ("ECS_ALLOW_PRIVILEGED", "true"),
            ("ECS_INSTANCE_ID", "0123456789abcdef0123456789abcdef"))).Good();

        var run = Assert.Single(_checkout.Calls, call => call.StartsWith("docker run", StringComparison.Ordinal));
        Assert.Contains(" --env ECS_ALLOW_PRIVILEGED=true ", run, StringComparison.Ordinal);
        Assert.Contains(" --env ECS_INSTANCE_ID=0123456789abcdef0123456789abcdef ", run, StringComparison.Ordinal);
        Assert.Contains($" --env ECS_BUS_URI={Bus} ", run, StringComparison.Ordinal);
        Assert.Contains($" --volume {_checkout.Root}/docker:/etc/ecs-agent/registry:ro ", run, StringComparison.Ordinal);
        Assert.Contains(" --env ECS_REGISTRY_CREDENTIALS=/etc/ecs-agent/registry/config.json ", run, StringComparison.Ordinal);
        Assert.Contains("docker rm -f ecs-agent", _checkout.Calls);
    }

    private static string Free => $"http://127.0.0.1:{Ports.Free(1)[0]}";

    private string Port => $"{((IPEndPoint)_broker.LocalEndpoint).Port}";

    private string Bus => $"amqp://ecs:p@ss@127.0.0.1:{Port}";

    public void Dispose()
    {
        _checkout.Dispose();
        _broker.Dispose();
    }

    [Fact]
    public async Task Given_no_broker_or_a_word_that_is_unknown_then_it_stops_before_anything_is_built()
    {
        (await _checkout.RunAsync("infra/join.sh")).Stopped("ECS_BUS_URI is not set");
        (await _checkout.RunAsync("infra/join.sh --proces", ("ECS_BUS_URI", Bus))).Stopped("unknown argument: --proces");
        (await _checkout.RunAsync("infra/join.sh", ("ECS_BUS_URI", "amqp://ecs:ecs@127.0.0.1:1/vhost")))
            .Stopped("nothing answers at 127.0.0.1:1 (ECS_BUS_URI)", "ECS_BUS_ADDRESS=<its address> infra/up.sh");

        Assert.Empty(_checkout.Calls);
    }

    [Fact]
    public async Task Given_a_port_for_its_health_that_is_in_use_then_the_Agent_that_is_there_stays()
    {
        _checkout.Write("artifacts/publish/Agent/release/Ecs.Agent.runtimeconfig.json", "{}");
        foreach (var way in new[] { "--process", "" })
        {
            (await _checkout.RunAsync(
                $"infra/join.sh {way}",
                ("ECS_BUS_URI", Bus),
                ("ECS_HTTP", $"http://127.0.0.1:{Port}"),
                ("ECS_DOTNET_IMAGE", "there"))).Stopped($"port {Port} on this machine is taken by");
        }

        Assert.DoesNotContain(_checkout.Calls, call => call.StartsWith("docker rm", StringComparison.Ordinal)
            || call.StartsWith("docker run", StringComparison.Ordinal)
            || (call.StartsWith("dotnet", StringComparison.Ordinal) && call.Contains("Ecs.Agent.dll", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Given_settings_when_the_Agent_runs_as_a_process_then_it_has_them_and_those_of_this_machines_own_stack_not()
    {
        _checkout.Write("infra/.state/settings.ecs-events.env", "ECS_CLUSTER=of-the-stack\nECS_ACCOUNT=111111111111\n");
        var http = Free;

        var said = (await _checkout.RunAsync(
            "infra/join.sh --process",
            ("ECS_BUS_URI", Bus),
            ("ECS_HTTP", http),
            ("ECS_MEMORY", "512"),
            ("ECS_INSTANCE_ATTRIBUTES", "zone=a b,rack=2"))).Good();

        var lines = said.Output.Split('\n');
        Assert.Contains($"ECS_BUS_URI={Bus}", lines);
        Assert.Contains($"ECS_HTTP={http}", lines);
        Assert.Contains("ECS_CLUSTER=default", lines);
        Assert.Contains("ECS_ACCOUNT=000000000000", lines);
        Assert.Contains("ECS_INSTANCE_ATTRIBUTES=zone=a b,rack=2", lines);
        Assert.Contains("ECS_MEMORY=512", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("ECS_CPU", StringComparison.Ordinal));
        Assert.Contains($"ECS_SECRETS_DIR={_checkout.Root}/secrets", lines);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(_checkout.Root, "secrets")));
    }
}

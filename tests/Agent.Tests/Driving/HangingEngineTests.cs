using System.Net.Sockets;
using Ecs.Agent.Docker;

namespace Ecs.Agent.Tests.Driving;

public sealed class HangingEngineTests
{
    [Fact]
    public async Task Given_an_engine_that_takes_calls_and_does_not_answer_when_it_is_asked_its_version_then_the_wait_ends()
    {
        var path = Path.Combine(Path.GetTempPath(), $"ecs-{Guid.NewGuid():N}.sock");
        using var hanging = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        hanging.Bind(new UnixDomainSocketEndPoint(path));
        hanging.Listen();
        using var engine = new Engine(new Uri($"unix://{path}"));

        var fault = await Assert.ThrowsAsync<TimeoutException>(
            () => engine.ConnectAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromMinutes(2)));

        Assert.StartsWith("Docker did not tell its version", fault.Message);
        Assert.True(DockerFaults.IsPassing(fault));
        File.Delete(path);
    }
}

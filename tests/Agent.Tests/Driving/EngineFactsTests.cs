using Ecs.Agent.Docker;

namespace Ecs.Agent.Tests.Driving;

public sealed class EngineFactsTests
{
    [Fact]
    public async Task Given_volume_plugins_that_docker_tells_with_their_tags_then_the_latest_are_known_by_their_names_alone()
    {
        const string Info = """
            {"ID":"e","Name":"host","Plugins":{"Log":["json-file"],"Volume":["local","rexray","vieux/sshfs:latest","vieux/sshfs:1.2"]}}
            """;
        await using var engine = await EngineDouble.AnsweringAsync((call, _) =>
            Task.FromResult((200, call == "GET /info" ? Info : "[]")));

        var facts = await EngineFactsReader.ReadAsync(engine.Engine, CancellationToken.None);

        Assert.Equal(["local", "rexray", "vieux/sshfs", "vieux/sshfs:1.2"], facts.VolumeDrivers);
        Assert.Equal(["json-file"], facts.LogDrivers);
    }

    [Fact]
    public async Task Given_a_port_that_docker_has_opened_for_udp_then_its_number_is_not_taken_for_a_tcp_port_of_dockers()
    {
        const string Running = """
            [{"Id":"c1","Ports":[{"PrivatePort":53,"PublicPort":53,"Type":"udp"},{"PrivatePort":80,"PublicPort":8080,"Type":"tcp"}]}]
            """;
        await using var engine = await EngineDouble.AnsweringAsync((call, _) =>
            Task.FromResult((200, call == "GET /info" ? """{"ID":"e","Name":"host"}""" : Running)));

        var facts = await EngineFactsReader.ReadAsync(engine.Engine, CancellationToken.None);

        Assert.Equal([8080], facts.PublishedPorts);
    }
}

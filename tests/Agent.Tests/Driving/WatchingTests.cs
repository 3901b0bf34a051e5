using System.Text.Json;
using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Driving;

/// <summary>What is heard of Docker's event stream, on an engine that is a double: it tells what a test gives it.</summary>
public sealed class WatchingTests
{
    [Fact]
    public async Task Given_a_label_that_docker_tells_in_place_of_the_exit_code_when_it_is_no_number_then_the_watch_goes_on()
    {
        await using var engine = await EngineDouble.AnsweringAsync((call, _) => Task.FromResult(
            call == "GET /events" ? (200, $"{Death("1", "abc")}\n{Death("2", "3")}\n") : (404, "{}")));
        var book = new ImageBook(Path.Combine(Path.GetTempPath(), $"ecs-images-{Guid.NewGuid():N}"), NullLogger.Instance);
        using var images = new Images(engine.Engine, new(null), book, TimeProvider.System, NullLogger.Instance);
        var heard = new List<ContainerSign>();

        await ContainerWatch.RunAsync(engine.Engine, images, "a", heard.Add, CancellationToken.None)
            .WaitAsync(AgentFixture.Patience);

        Assert.Equal([("1", null), ("2", 3)], heard.Select(sign => (sign.TaskArn, sign.ExitCode)));
    }

    private static string Death(string task, string exitCode) => JsonSerializer.Serialize(new
    {
        Type = "container",
        Action = "die",
        Actor = new
        {
            ID = task,
            Attributes = new Dictionary<string, string>(AgentFixture.LabelsOf("a", task, "web"))
            {
                ["name"] = AgentFixture.DockerName(task, "web"),
                ["exitCode"] = exitCode,
            },
        },
    });
}

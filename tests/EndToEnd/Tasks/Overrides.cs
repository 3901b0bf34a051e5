using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

[Collection(CalmTests.Name)]
public sealed class Overrides(CalmStack stack) : StackTest(stack)
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public async Task Given_overrides_when_a_task_runs_then_its_container_has_them_and_the_definition_keeps_its_own()
    {
        var family = NewName("overridden");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[]
            {
                Containers.Shell("main", "exit 9", cpu: 2, memory: 8).With("environment", new[]
                {
                    new { name = "KEPT", value = "from the definition" },
                    new { name = "CHANGED", value = "from the definition" },
                }),
            },
        });
        var task = Assert.Single(await RunAsync("default", family, overrides: new
        {
            containerOverrides = new[]
            {
                new
                {
                    name = "main",
                    command = new[] { "sh", "-c", Containers.Sleep },
                    environment = new[]
                    {
                        new { name = "CHANGED", value = "from the override" },
                        new { name = "ADDED", value = "from the override" },
                    },
                    cpu = 77,
                    memory = 33,
                },
            },
        }));
        var shown = await WhenAsync("default", task, "RUNNING");
        Assert.Equal(77, (int)shown["overrides"]!["containerOverrides"]![0]!["cpu"]!);

        using var engine = new Engine();
        var container = await engine.InspectAsync(Assert.Single(await engine.OfTaskAsync(task)).Id);
        Assert.Equal(["sh", "-c", Containers.Sleep], container.Config!.Cmd);
        Assert.Subset(container.Config.Env.ToHashSet(), new HashSet<string>
        {
            "KEPT=from the definition", "CHANGED=from the override", "ADDED=from the override",
        });
        Assert.Equal(77, container.HostConfig!.CPUShares);
        Assert.Equal(33 * Mebibyte, container.HostConfig.Memory);

        var definition = await Api.CallAsync("DescribeTaskDefinition", new { taskDefinition = family });
        Assert.Equal(2, (int)definition["taskDefinition"]!["containerDefinitions"]![0]!["cpu"]!);
        await Api.CallAsync("StopTask", new { task });
    }
}

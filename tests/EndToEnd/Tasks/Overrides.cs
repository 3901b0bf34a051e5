using Ecs.Contracts.Vocabulary;
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
                Containers.Shell("main", "exit 9", cpu: 2).With("environment", new[]
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

        // Every member of an override has its test here.
        Assert.Equal(
            ["Command", "Cpu", "Environment", "EnvironmentFiles", "Memory", "MemoryReservation", "Name"],
            typeof(ContainerOverride).GetProperties().Select(member => member.Name).Order());
        var definition = await Api.CallAsync("DescribeTaskDefinition", new { taskDefinition = family });
        Assert.Equal(2, (int)definition["taskDefinition"]!["containerDefinitions"]![0]!["cpu"]!);
        await Api.CallAsync("StopTask", new { task });
    }

    [Fact]
    public async Task Given_amounts_and_files_that_are_overridden_when_a_task_runs_then_its_instance_reserves_and_its_container_has_them()
    {
        Write("env-files/definition.env", "FROM=the definition\nKEPT=no\n");
        Write("env-files/override.env", "FROM=the override\n");
        var family = NewName("amounts");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            cpu = "128",
            memory = "64",
            containerDefinitions = new[]
            {
                Containers.Shell("main", Containers.Sleep, cpu: 2, memory: 32)
                    .With("memoryReservation", 16)
                    .With("environmentFiles", new[] { new { type = "file", value = "definition.env" } }),
                Containers.Shell("free", Containers.Sleep).Without("memory").With("memoryReservation", 8),
            },
        });
        var main = new
        {
            name = "main",
            memoryReservation = 24,
            environmentFiles = new[] { new { type = "file", value = "override.env" } },
        };
        var task = Assert.Single(await RunAsync(
            "default", family, overrides: new
            {
                cpu = "256",
                memory = "96",
                taskRoleArn = "arn:aws:iam::000000000000:role/of-the-task",
                executionRoleArn = "arn:aws:iam::000000000000:role/of-the-agent",
                containerOverrides = new[] { main },
            }));
        var shown = await WhenAsync("default", task, "RUNNING");
        Assert.Equal(("256", "96"), ((string)shown["cpu"]!, (string)shown["memory"]!));
        var overrides = shown["overrides"]!;
        Assert.Equal(("256", "96"), ((string)overrides["cpu"]!, (string)overrides["memory"]!));
        Assert.EndsWith("/of-the-task", (string)overrides["taskRoleArn"]!, StringComparison.Ordinal);
        Assert.EndsWith("/of-the-agent", (string)overrides["executionRoleArn"]!, StringComparison.Ordinal);

        // Every member of a task's overrides has its test here.
        Assert.Equal(
            ["ContainerOverrides", "Cpu", "ExecutionRoleArn", "Memory", "TaskRoleArn"],
            typeof(TaskOverrides).GetProperties().Select(member => member.Name).Order());

        using var engine = new Engine();
        var made = (await engine.OfTaskAsync(task)).ToDictionary(container => container.Name, container => container.Id);
        var host = (await engine.InspectAsync(made["main"])).HostConfig!;
        Assert.Equal((24 * Mebibyte, 32 * Mebibyte), (host.MemoryReservation, host.Memory));
        var free = (await engine.InspectAsync(made["free"])).HostConfig!;
        Assert.Equal((96 * Mebibyte, 25_000), (free.Memory, free.CPUQuota));
        Assert.Equal("the override none\n", (await engine.ExecAsync(made["main"], "sh", "-c", "echo $FROM ${KEPT:-none}")).Output);
        await Api.CallAsync("StopTask", new { task });
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(Stack.Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}

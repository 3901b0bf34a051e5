using System.Text.RegularExpressions;
using Ecs.Agent.Tests.Driving;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

/// <summary>An image that the machine has not got, from its registry to the history of the task that wanted it.</summary>
[Collection(CalmTests.Name)]
public sealed class PulledImages(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";

    [Fact]
    public async Task Given_an_image_in_a_registry_when_it_is_pulled_then_the_history_tells_how_far_and_the_task_when_and_what()
    {
        using var engine = new Engine();
        await using var registry = await RegistryDouble.StartAsync(engine.Client, TestSettings.Busybox);
        registry.Hold();
        var family = NewName("pulled");
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family,
            containerDefinitions = new[] { Containers.Shell("main", Containers.Sleep).With("image", registry.Image) },
        });
        var task = Assert.Single(await RunAsync(Cluster, family));

        await registry.Halfway.WaitAsync(Eventually.Patience, Cancel);
        await HistoryAsync(task, $"main pulls {registry.Image}: [0-9]+ of [0-9]+ layers, ");
        var waits = await TaskAsync(Cluster, task);
        Assert.Equal("PENDING", (string?)waits["lastStatus"]);
        Assert.NotNull(waits["pullStartedAt"]);
        Assert.Null(waits["pullStoppedAt"]);
        registry.Release();

        var runs = await WhenAsync(Cluster, task, "RUNNING");
        Assert.InRange((double)runs["pullStoppedAt"]!, (double)runs["pullStartedAt"]!, (double)runs["startedAt"]! + 0.001);
        Assert.Equal(registry.Digest, (string?)runs["containers"]![0]!["imageDigest"]);
        await HistoryAsync(task, $"main pulled {registry.Image}: [0-9]+ layers, [0-9.]+ MB in ");
        await Api.CallAsync("StopTask", new { cluster = Cluster, task });
        await WhenAsync(Cluster, task, "STOPPED");
        foreach (var container in await engine.OfTaskAsync(task)) await engine.RemoveAsync(container.Id);
        await registry.ForgetAsync(engine.Client);
    }

    private async Task HistoryAsync(string task, string pattern) => await Eventually.GetAsync(
        $"the history says {pattern}",
        async () => (await Tool.Ecs(Stack).RunAsync("history", task)).Good().Output,
        told => Regex.IsMatch(Regex.Replace(told, @"\s+", " "), pattern));
}

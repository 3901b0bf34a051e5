using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Engines;

/// <summary>
/// What is of another connection than the Agent's present one: lists that were overtaken or are of an Agent before it,
/// and a second Agent with the same key on the same engine, as a copied machine has it.
/// </summary>
[Collection(EngineTests.Name)]
public sealed class OtherConnections(HardyStack stack) : EngineTest(stack)
{
    [Fact]
    public async Task Given_a_full_list_that_was_overtaken_or_is_of_an_older_connection_then_it_is_dropped_by_its_number()
    {
        var cluster = NewName("overtaken");
        var agent = await Stack.AgentAsync(cluster, settings: ("ECS_CLEANUP_AFTER", "1"));
        var definition = await DefineAsync(cluster, Containers.Sleep);
        // A list in which the task has no container yet: whoever believes it later makes one.
        agent.Process.Pause();
        var gone = Assert.Single(await RunAsync(cluster, definition));
        var late = await ListAsync(agent);
        agent.Process.Continue();
        await WhenAsync(cluster, gone, "RUNNING");
        await Api.CallAsync("StopTask", new { cluster, task = gone });
        await WhenAsync(cluster, gone, "STOPPED");
        using var engine = new Engine();
        await Eventually.HoldsAsync("nothing is left of it", async () => (await engine.OfTaskAsync(gone)).Count == 0);
        var newer = Assert.Single(await RunAsync(cluster, definition));
        await WhenAsync(cluster, newer, "RUNNING");
        var container = Assert.Single(await engine.OfTaskAsync(newer)).Id;

        // It names what has ended and not what was begun after it; behind a list of now nothing but its number tells.
        await SendAsync(agent, await ListAsync(agent));
        await SendAsync(agent, late);
        await WhenItSaysAsync(agent, $"Dropped: a full list of position {late["number"]}, which the full list of position");
        await AreAsTheyWereAsync();

        // The Agent after it has lost its journal, and finds the list in its queue in front of its own.
        await agent.Process.KillAsync();
        Directory.Delete(Path.Combine(agent.DataFolder, Id(agent)), recursive: true);
        await SendAsync(agent, late);
        await agent.Process.StartReadyAsync();
        await WhenItSaysAsync(agent, $"Dropped: a full list of position {late["number"]} for session {late["session"]}");
        await AreAsTheyWereAsync();
        await WhenAsync(cluster, Assert.Single(await RunAsync(cluster, definition)), "RUNNING");
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();

        async Task AreAsTheyWereAsync()
        {
            Assert.Empty(await engine.OfTaskAsync(gone));
            Assert.Equal(1, await Stack.Starts.OfAsync(gone, atLeast: 1));
            Assert.Equal(container, Assert.Single(await engine.OfTaskAsync(newer)).Id);
            var shown = await TaskAsync(cluster, newer);
            Assert.Equal(("RUNNING", container), ((string?)shown["lastStatus"], (string?)Only(shown)["runtimeId"]));
        }
    }

    [Fact]
    public async Task Given_two_Agents_with_one_key_when_the_second_joins_then_the_first_ends_its_work_and_each_task_runs_once()
    {
        var cluster = NewName("copied");
        var first = await Stack.AgentAsync(cluster);
        var before = Assert.Single(await RunningAsync(cluster, 1));
        using var engine = new Engine();
        var container = Assert.Single(await engine.OfTaskAsync(before)).Id;
        var second = Stack.NewAgent(cluster, first.Cpu, first.Memory, null);
        Copy(first.DataFolder, second.DataFolder);

        await second.Process.StartReadyAsync();
        var tasks = await RunningAsync(cluster, 3);
        await first.Process.WhenItSaysAsync("speaks for this instance with its key");
        tasks = [before, .. tasks, .. await RunningAsync(cluster, 3)];

        Assert.True(first.Process.IsRunning);
        foreach (var task in tasks) Assert.True(Assert.Single(await engine.OfTaskAsync(task)).IsRunning);
        Assert.Equal(container, Assert.Single(await engine.OfTaskAsync(before)).Id);

        // Started anew, it is heard again, and the other stands by.
        await first.Process.KillAsync();
        await first.Process.StartReadyAsync();
        await second.Process.WhenItSaysAsync("speaks for this instance with its key");
        tasks = [.. tasks, .. await RunningAsync(cluster, 1)];
        foreach (var task in tasks) Assert.True(Assert.Single(await engine.OfTaskAsync(task)).IsRunning);
        await EverythingHeldAsync(cluster);
        await second.Process.KillAsync();
        await first.Process.KillAsync();
    }

    private static string Id(AgentProcess agent) => agent.InstanceArn.Split('/')[^1];

    private static Task WhenItSaysAsync(AgentProcess agent, string words) => Eventually.HoldsAsync(
        $"its log says '{words}'", () => agent.Process.Tail(200).Contains(words, StringComparison.Ordinal));

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is not "lock"))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>The list that the Scheduler gives the Agent, asked for with its key.</summary>
    private async Task<JsonNode> ListAsync(AgentProcess agent)
    {
        var text = JsonSerializer.Serialize(new { account = Stack.Account, containerInstance = agent.InstanceArn });
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(agent.DataFolder, "key.pem"), Cancel));
        var signed = key.SignData(Encoding.UTF8.GetBytes($"ecs.commands.get-assignments\n{text}"), HashAlgorithmName.SHA256);
        var headers = new Dictionary<string, object?>
        {
            ["ecs-key"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
            ["ecs-signature"] = Convert.ToBase64String(signed),
        };
        var answer = await Bus.AskAsync("get-assignments", text, $"{Guid.NewGuid():N}", headers: headers);
        return answer["result"] ?? throw new InvalidOperationException($"no list: {answer}");
    }

    private Task SendAsync(AgentProcess agent, JsonNode list) =>
        Bus.SendAsync("", Encoding.UTF8.GetBytes(list.ToJsonString()), $"{Guid.NewGuid():N}", $"agent.{Id(agent)}");
}

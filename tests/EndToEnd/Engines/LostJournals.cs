using System.Globalization;
using Ecs.Contracts.Bus;
using Ecs.EndToEnd.House;
using RabbitMQ.Client;

namespace Ecs.EndToEnd.Engines;

/// <summary>An Agent whose own files are lost, damaged or of another time.</summary>
[Collection(EngineTests.Name)]
public sealed class LostJournals(HardyStack stack) : EngineTest(stack)
{
    [Fact]
    public async Task Given_an_Agent_whose_files_are_damaged_or_gone_when_it_is_back_then_nothing_runs_twice_and_what_waits_begins_with_the_list()
    {
        var cluster = NewName("journal");
        var agent = await Stack.AgentAsync(cluster, settings: ("ECS_CLEANUP_AFTER", "1"));
        await using var connection = await new ConnectionFactory { Uri = new Uri(Stack.Backbone.BusUri) }
            .CreateConnectionAsync(Cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        var heard = (await channel.QueueDeclareAsync("", false, exclusive: true, autoDelete: true, cancellationToken: Cancel)).QueueName;
        var id = agent.InstanceArn.Split('/')[^1];
        await channel.QueueBindAsync(heard, Exchanges.Agent(id), "", cancellationToken: Cancel);
        var over = Assert.Single(await RunAsync(cluster, await DefineAsync(NewName("over"), "exit 6")));
        await WhenAsync(cluster, over, "STOPPED");
        var start = await Eventually.GetAsync(
            "the word to start it", () => channel.BasicGetAsync(heard, true, Cancel), got => got is not null);
        using var engine = new Engine();
        await Eventually.HoldsAsync("its container is removed", async () => (await engine.OfTaskAsync(over)).Count == 0);
        var tasks = await RunningAsync(cluster, 5);
        var before = await IdsAsync(engine, tasks);

        await agent.Process.KillAsync();
        var folder = Path.Combine(agent.DataFolder, id);
        Damage(folder, tasks);
        await agent.Process.StartReadyAsync();
        await AreTheSameAsync(cluster, tasks, before);

        // Everything but the key is gone, and the clock that told the last session was a year ahead.
        await agent.Process.KillAsync();
        var ahead = DateTimeOffset.UtcNow.AddYears(1).ToUnixTimeMilliseconds();
        await File.WriteAllTextAsync(Path.Combine(folder, "session"), ahead.ToString(CultureInfo.InvariantCulture), Cancel);
        await agent.Process.StartReadyAsync();
        var waits = await DefineAsync(NewName("next"), Containers.Sleep);
        await agent.Process.KillAsync();
        // First of all: one that has been silent for 10 s is given no tasks.
        var next = Assert.Single(await RunAsync(cluster, waits));
        Directory.Delete(folder, recursive: true);
        await engine.RemoveAsync(before[tasks[0]]);
        await channel.BasicPublishAsync("", $"agent.{id}", true, new BasicProperties(start!.BasicProperties), start.Body, Cancel);
        await Eventually.HoldsAsync("both starts wait", async () => await channel.MessageCountAsync($"agent.{id}", Cancel) == 2);
        await Stack.Scheduler.TerminateAsync();
        agent.Process.Start();
        await Eventually.HoldsAsync("both were taken", async () => await channel.MessageCountAsync($"agent.{id}", Cancel) == 0);
        await agent.Process.WhenItSaysAsync("not registered");
        Assert.Empty(await engine.OfTaskAsync(over));
        Assert.Empty(await engine.OfTaskAsync(next));
        var back = DateTimeOffset.UtcNow;
        await Stack.Scheduler.StartReadyAsync();
        await agent.Process.WhenReadyAsync();

        // It held both back, for only a list tells which of them still stands.
        await WhenAsync(cluster, next, "RUNNING");
        Assert.InRange((await engine.InspectAsync(Assert.Single(await engine.OfTaskAsync(next)).Id)).Created, back.UtcDateTime, DateTime.UtcNow);
        Assert.Equal(1, await Stack.Starts.OfAsync(next, atLeast: 1));
        Assert.Equal(1, await Stack.Starts.OfAsync(over, atLeast: 1));
        var removed = await WhenAsync(cluster, tasks[0], "STOPPED");
        Assert.Contains("removed from Docker", (string?)Only(removed)["reason"], StringComparison.Ordinal);
        await AreTheSameAsync(cluster, tasks.Skip(1), before);
        Assert.True(long.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "session"), Cancel), null) > ahead);
        Assert.Empty(await engine.OfTaskAsync(over));
        await RunningAsync(cluster, 1);
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
    }

    [Fact]
    public async Task Given_a_journal_that_was_set_back_to_before_the_run_when_its_container_is_gone_then_it_is_not_made_again()
    {
        await using var gate = new DockerGate(TestSettings.DockerHost);
        var cluster = NewName("set-back");
        var agent = await Stack.AgentAsync(cluster, settings: ("DOCKER_HOST", gate.Host));
        var caught = gate.Stop(GateStop.Before, "^POST /v[0-9.]+/containers/create");
        var task = Assert.Single(await RunAsync(cluster, await DefineAsync(cluster, Containers.Sleep)));
        await caught.WaitAsync(Eventually.Patience, Cancel);
        var file = Path.Combine(
            agent.DataFolder, agent.InstanceArn.Split('/')[^1], "tasks", task.Split('/')[^1] + ".json");
        await Eventually.HoldsAsync("the journal has the task", () => File.Exists(file));
        var older = await File.ReadAllBytesAsync(file, Cancel);
        await agent.Process.KillAsync();
        gate.Open();
        await agent.Process.StartReadyAsync();
        await WhenAsync(cluster, task, "RUNNING");

        await agent.Process.KillAsync();
        await File.WriteAllBytesAsync(file, older, Cancel);
        File.Delete(Path.ChangeExtension(file, ".soon"));
        using var engine = new Engine();
        await engine.RemoveAsync(Assert.Single(await engine.OfTaskAsync(task)).Id);
        await agent.Process.StartReadyAsync();

        var removed = await WhenAsync(cluster, task, "STOPPED");
        Assert.Contains("removed from Docker", (string?)Only(removed)["reason"], StringComparison.Ordinal);
        Assert.Empty(await engine.OfTaskAsync(task));
        Assert.Equal(1, await Stack.Starts.OfAsync(task, atLeast: 1));
        await RunningAsync(cluster, 1);
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
    }

    [Fact]
    public async Task Given_an_Agent_that_lost_its_key_then_it_is_refused_until_its_instance_is_deregistered_and_joins_anew()
    {
        var cluster = NewName("key");
        var agent = await Stack.AgentAsync(cluster);
        var task = Assert.Single(await RunningAsync(cluster, 1));
        var second = Stack.WithDataOf(agent);
        second.Process.Start();
        await second.Process.WhenItSaysAsync("another Agent holds");
        await second.Process.KillAsync();

        await agent.Process.KillAsync();
        File.Delete(Path.Combine(agent.DataFolder, "key.pem"));
        agent.Process.Start();
        await agent.Process.WhenItSaysAsync("ecs deregister-container-instance");
        await Eventually.HoldsAsync("the refused message is among the dead letters", async () =>
            (await Clients.Tool.Ecs(Stack).RunAsync("dead-letters", "list", "--json")).Good().Json["deadLetters"]!.AsArray()
                .Any(letter => $"{letter}".Contains("the key that this container instance joined with")));
        Assert.Equal("RUNNING", (string?)(await TaskAsync(cluster, task))["lastStatus"]);
        await Api.CallAsync(
            "DeregisterContainerInstance", new { cluster, containerInstance = agent.InstanceArn, force = true });

        await agent.Process.WhenReadyAsync();
        var shown = await WhenAsync(cluster, task, "STOPPED");
        Assert.Equal("Container instance deregistration forced by user", (string?)shown["stoppedReason"]);
        using var engine = new Engine();
        await Eventually.HoldsAsync("its container has ended", async () =>
            (await engine.OfTaskAsync(task)).All(container => !container.IsRunning));
        await RunningAsync(cluster, 1);
        await EverythingHeldAsync(cluster);
        await agent.Process.KillAsync();
    }

    [Fact]
    public async Task Given_a_copy_of_an_Agents_disk_that_joined_later_when_the_older_Agent_goes_on_then_its_word_is_not_taken()
    {
        var cluster = NewName("copied");
        var older = await Stack.AgentAsync(cluster);
        var killed = Assert.Single(await RunningAsync(cluster, 1));
        older.Process.Pause();
        var newer = Stack.NewAgent(cluster, older.Cpu, older.Memory, null);
        foreach (var file in Directory.GetFiles(older.DataFolder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(newer.DataFolder, Path.GetRelativePath(older.DataFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (Path.GetFileName(file) is not "lock") File.Copy(file, copy);
        }

        await newer.Process.StartReadyAsync();
        older.Process.Continue();
        using var engine = new Engine();
        await engine.KillAsync(Assert.Single(await engine.OfTaskAsync(killed)).Id);
        var tasks = await RunningAsync(cluster, 3);

        Assert.Equal(137, (int)Only(await WhenAsync(cluster, killed, "STOPPED"))["exitCode"]!);
        // Whichever it meets first: the refusal of its report, or a message for the newer session.
        await Eventually.HoldsAsync("the older one's word is not taken", () =>
            older.Process.Tail(400) is var said
            && (said.Contains("The Scheduler refuses the report: Session ", StringComparison.Ordinal)
                || said.Contains("The Agent stands by: another Agent", StringComparison.Ordinal)));
        Assert.DoesNotContain("The Scheduler refuses", newer.Process.Tail(400), StringComparison.Ordinal);
        await AreTheSameAsync(cluster, tasks, await IdsAsync(engine, tasks));
        await older.Process.KillAsync();
        await EverythingHeldAsync(cluster);
        await newer.Process.KillAsync();
    }

    /// <summary>Each task's file in another way, and all others.</summary>
    private static void Damage(string folder, IReadOnlyList<string> tasks)
    {
        var files = tasks.Select(task => Path.Combine(folder, "tasks", task.Split('/')[^1] + ".json")).ToList();
        File.WriteAllText(files[0], "");
        File.WriteAllBytes(files[1], File.ReadAllBytes(files[1])[..100]);
        File.WriteAllBytes(files[2], [.. Enumerable.Range(0, 500).Select(i => (byte)(i * 37))]);
        File.WriteAllText(files[3], File.ReadAllText(files[3]).Replace("\"format\":1", "\"format\":9"));
        File.Delete(files[4]);
        File.WriteAllText(Path.Combine(folder, "session"), "\0\0\0\0");
        File.WriteAllText(Path.Combine(folder, "lock"), "what is this?");
        File.WriteAllText(files[0] + ".new", "half a");
    }

    private async Task AreTheSameAsync(string cluster, IEnumerable<string> tasks, Dictionary<string, string> before)
    {
        using var engine = new Engine();
        foreach (var task in tasks)
        {
            var shown = await WhenAsync(cluster, task, "RUNNING");
            Assert.Equal(before[task], (string?)Only(shown)["runtimeId"]);
            var container = Assert.Single(await engine.OfTaskAsync(task));
            Assert.True(container.IsRunning && container.Id == before[task], $"{container}");
        }
    }

    private static async Task<Dictionary<string, string>> IdsAsync(Engine engine, IEnumerable<string> tasks)
    {
        var ids = new Dictionary<string, string>();
        foreach (var task in tasks) ids[task] = Assert.Single(await engine.OfTaskAsync(task)).Id;
        return ids;
    }
}

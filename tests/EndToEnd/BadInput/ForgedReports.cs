using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ecs.Contracts.Events;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;
using RabbitMQ.Client;

namespace Ecs.EndToEnd.BadInput;

/// <summary>Programs that speak in the name of an Agent which is not theirs.</summary>
[Collection(CalmTests.Name)]
public sealed class ForgedReports(CalmStack stack) : StackTest(stack)
{
    private const string Heartbeats = "ecs.heartbeats";

    [Fact]
    public async Task Given_another_key_or_none_when_a_program_speaks_for_an_agent_then_it_is_refused_and_nothing_changes()
    {
        var definition = await DefineAsync(NewName("forged"), Containers.Sleep);
        var task = Assert.Single(await RunAsync("default", definition));
        await WhenAsync("default", task, "RUNNING");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        foreach (var (command, text) in Forged(Stack.Default.InstanceArn, task))
        {
            var headers = Headers(key, $"ecs.commands.{command}", text);
            Assert.Equal("signature", await FieldAsync(command, text, null));
            Assert.Equal("signature", await FieldAsync(command, text, headers));
            Assert.Equal("ecs-signature", await FieldAsync(command, text + " ", headers));
        }

        var after = await TaskAsync("default", task);
        Assert.Equal("RUNNING", (string?)after["lastStatus"]);
        await Api.CallAsync("StopTask", new { task });
        await WhenAsync("default", task, "STOPPED");
    }

    [Fact]
    public async Task Given_an_agent_with_its_own_key_when_it_speaks_for_another_then_no_report_is_taken_and_no_heartbeat_heard()
    {
        var cluster = NewName("spoken-for");
        var agent = await Stack.AgentAsync(cluster);
        var task = Assert.Single(await RunAsync(cluster, await DefineAsync(cluster, Containers.Sleep)));
        await WhenAsync(cluster, task, "RUNNING");
        using var key = await KeyOfAsync(Stack.Default);

        foreach (var (command, text) in Forged(agent.InstanceArn, task))
        {
            Assert.Equal("signature", await FieldAsync(command, text, Headers(key, $"ecs.commands.{command}", text)));
        }

        // In its own name it is heard, and the task is another's.
        var (report, own) = Forged(Stack.Default.InstanceArn, task)[0];
        var answer = await Bus.AskAsync(report, own, $"{Guid.NewGuid():N}", headers: Headers(key, $"ecs.commands.{report}", own));
        Assert.Equal(task, (string?)Assert.Single(answer["result"]!["stop"]!.AsArray()));
        Assert.Equal("RUNNING", (string?)(await TaskAsync(cluster, task))["lastStatus"]);
        await StopAllAsync(cluster);
        await HeartbeatsOfAnotherCountForNothingAsync(agent, key);
        await agent.Process.KillAsync();
    }

    [Fact]
    public async Task Given_a_program_that_uses_up_the_id_of_an_executions_end_when_it_ends_then_the_log_has_its_own_end()
    {
        var task = Assert.Single(await RunAsync("default", await DefineAsync(NewName("used-up"), Containers.Sleep)));
        await WhenAsync("default", task, "RUNNING");
        using var run = Tool.Ecs(Stack).Start("exec", task, "main", "--", "sh", "-c", "until [ -e /tmp/go ]; do :; done; exit 7");
        var started = await Eventually.GetAsync(
            "it is in the log", () => FactAsync<ExecuteCommandStarted>(e => e.TaskArn == task), e => e is not null);
        var forged = new
        {
            account = Stack.Account,
            containerInstance = Stack.Default.InstanceArn,
            task,
            executionId = started!.ExecutionId,
            exitCode = 0,
        };

        var answer = await Bus.AskAsync(
            "submit-execution-end", JsonSerializer.Serialize(forged), $"execution-end-{started.ExecutionId}");
        Assert.Equal("signature", (string?)answer["error"]?["field"]);

        using var engine = new Engine();
        await engine.ExecAsync(Assert.Single(await engine.OfTaskAsync(task)).Id, "touch", "/tmp/go");
        await run.WaitForExitAsync(Cancel);
        var ended = await Eventually.GetAsync(
            "its end is in the log", () => FactAsync<ExecuteCommandEnded>(e => e.TaskArn == task), e => e is not null);
        Assert.Equal((7, null), (ended!.ExitCode, ended.Reason));
        await Api.CallAsync("StopTask", new { task });
        await WhenAsync("default", task, "STOPPED");
    }

    /// <summary>Heartbeats in the name of an Agent that is paused neither keep it connected nor make it so again.</summary>
    private async Task HeartbeatsOfAnotherCountForNothingAsync(AgentProcess agent, ECDsa otherKey)
    {
        var witness = await SilentAgent.JoinAsync(Stack, agent.Cluster, 64, 64);
        await witness.DisposeAsync(); // From here on it is heard only when the test speaks for it.
        await using var connection = await new ConnectionFactory { Uri = new Uri(Stack.Backbone.BusUri) }.CreateConnectionAsync(Cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        var registered = await FactAsync<ContainerInstanceRegistered>(e => e.ContainerInstanceArn == agent.InstanceArn);
        var number = 1_000_000L; // Above all of the Agent's own, and rising: none is refused as one that was heard before.
        agent.Process.Pause();
        await Eventually.HoldsAsync("agentConnected is false for both, though one is spoken for", async () =>
        {
            await BeatAsync(channel, Next(), otherKey);
            return !await IsConnectedAsync(agent, agent.InstanceArn) && !await IsConnectedAsync(agent, witness.InstanceArn);
        });

        // One after another: once the second is heard, the first was, and counts for nothing.
        await Eventually.HoldsAsync("the witness is connected", async () =>
        {
            await BeatAsync(channel, Next(), otherKey);
            await BeatAsync(channel, JsonSerializer.Serialize(new { containerInstanceArn = witness.InstanceArn, session = 1 }), null);
            return await IsConnectedAsync(agent, witness.InstanceArn);
        });
        Assert.False(await IsConnectedAsync(agent, agent.InstanceArn));

        // It is the key alone: such words by the Agent's own are its sign of life.
        using var ownKey = await KeyOfAsync(agent);
        await Eventually.HoldsAsync("the Agent is connected", async () =>
        {
            await BeatAsync(channel, Next(), ownKey);
            return await IsConnectedAsync(agent, agent.InstanceArn);
        });

        string Next() => JsonSerializer.Serialize(new
        {
            containerInstanceArn = agent.InstanceArn, session = registered!.Profile.Session, number = number++,
        });
    }

    private async Task<bool> IsConnectedAsync(AgentProcess agent, string instance)
    {
        var shown = await Api.CallAsync("DescribeContainerInstances", new { cluster = agent.Cluster, containerInstances = new[] { instance } });
        return (bool)shown["containerInstances"]![0]!["agentConnected"]!;
    }

    private static async Task BeatAsync(IChannel channel, string text, ECDsa? key)
    {
        var properties = new BasicProperties { Headers = key is null ? null : Headers(key, Heartbeats, text) };
        await channel.BasicPublishAsync(Heartbeats, "", mandatory: false, properties, Encoding.UTF8.GetBytes(text), Cancel);
    }

    /// <summary>What an Agent tells in its instance's name, and a task's end that never was.</summary>
    private (string Command, string Text)[] Forged(string instance, string task)
    {
        var account = Stack.Account;
        (string Command, object Body)[] forged =
        [
            ("submit-task-states", new
            {
                account,
                containerInstance = instance,
                session = long.MaxValue,
                tasks = new[]
                {
                    new { taskArn = task, status = "STOPPED", observedAt = DateTimeOffset.UtcNow, containers = Array.Empty<object>() },
                },
            }),
            ("get-assignments", new { account, containerInstance = instance }),
            ("register-container-instance", new
            {
                account,
                cluster = instance.Split('/')[1],
                instanceId = instance.Split('/')[2],
                session = long.MaxValue,
                resources = new { cpu = 1_000_000, memory = 1_000_000 },
            }),
        ];
        return [.. forged.Select(said => (said.Command, JsonSerializer.Serialize(said.Body)))];
    }

    private static async Task<ECDsa> KeyOfAsync(AgentProcess agent)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(agent.DataFolder, "key.pem"), Cancel));
        return key;
    }

    private static Dictionary<string, object?> Headers(ECDsa key, string exchange, string text) => new()
    {
        ["ecs-key"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
        ["ecs-signature"] = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes($"{exchange}\n{text}"), HashAlgorithmName.SHA256)),
    };

    private async Task<T?> FactAsync<T>(Func<T, bool> isIt) =>
        (await Promises.ReadAsync(Stack)).Select(e => e.Data).OfType<T>().SingleOrDefault(isIt);

    private async Task<string?> FieldAsync(string command, string body, Dictionary<string, object?>? headers)
    {
        var answer = await Bus.AskAsync(command, body, $"{Guid.NewGuid():N}", headers: headers);
        return (string?)answer["error"]?["field"];
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ecs.Contracts.Events;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.BadInput;

/// <summary>Programs that speak in the name of an Agent which is not theirs.</summary>
[Collection(CalmTests.Name)]
public sealed class ForgedReports(CalmStack stack) : StackTest(stack)
{
    [Fact]
    public async Task Given_another_key_or_none_when_a_program_speaks_for_an_agent_then_it_is_refused_and_nothing_changes()
    {
        var definition = await DefineAsync(NewName("forged"), Containers.Sleep);
        var task = Assert.Single(await RunAsync("default", definition));
        await WhenAsync("default", task, "RUNNING");
        var instance = Stack.Default.InstanceArn;
        var account = Stack.Account;
        var now = DateTimeOffset.UtcNow;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (string Command, object Body)[] forged =
        [
            ("submit-task-states", new
            {
                account,
                containerInstance = instance,
                session = long.MaxValue,
                tasks = new[]
                {
                    new { taskArn = task, status = "STOPPED", observedAt = now, containers = Array.Empty<object>() },
                },
            }),
            ("get-assignments", new { account, containerInstance = instance }),
            ("register-container-instance", new
            {
                account,
                instanceId = instance.Split('/')[^1],
                session = long.MaxValue,
                resources = new { cpu = 1_000_000, memory = 1_000_000 },
            }),
        ];

        foreach (var (command, body) in forged)
        {
            var text = JsonSerializer.Serialize(body);
            var signed = key.SignData(Encoding.UTF8.GetBytes($"ecs.commands.{command}\n{text}"), HashAlgorithmName.SHA256);
            var headers = new Dictionary<string, object?>
            {
                ["ecs-key"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
                ["ecs-signature"] = Convert.ToBase64String(signed),
            };
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

    private async Task<T?> FactAsync<T>(Func<T, bool> isIt) =>
        (await Promises.ReadAsync(Stack)).Select(e => e.Data).OfType<T>().SingleOrDefault(isIt);

    private async Task<string?> FieldAsync(string command, string body, Dictionary<string, object?>? headers)
    {
        var answer = await Bus.AskAsync(command, body, $"{Guid.NewGuid():N}", headers: headers);
        return (string?)answer["error"]?["field"];
    }
}

using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Faults;

[Collection(FaultTests.Name)]
public sealed class ServicesAway(FaultyStack stack) : FaultTest(stack)
{
    private const string Cluster = "default";

    [Fact]
    public async Task Given_the_Registry_is_down_then_tasks_of_known_definitions_still_run()
    {
        var family = NewName("known");
        var definition = await DefineAsync(family, Containers.Sleep);
        Assert.Equal(0, await Stack.Registry.TerminateAsync());

        foreach (var name in new[] { definition, family })
        {
            var task = Assert.Single(await RunAsync(Cluster, name));
            await WhenAsync(Cluster, task, "RUNNING");
        }

        await Stack.Registry.StartReadyAsync();
        await DefineAsync(family, "true");
        await EverythingHeldAsync(Cluster);
    }

    [Fact]
    public async Task Given_the_Scheduler_is_down_then_bus_commands_sent_meanwhile_are_done_when_it_is_back()
    {
        var definition = await DefineAsync(NewName("patient"), Containers.Sleep);
        Assert.Equal(0, await Stack.Scheduler.TerminateAsync());
        var id = $"patient-{Guid.NewGuid():N}";
        object RunBy(string startedBy) => new { account = Stack.Account, taskDefinition = definition, startedBy };
        await Bus.TellAsync("run-task", RunBy("nobody-waits"), $"{id}-1");
        var asked = Bus.AskAsync("run-task", RunBy("somebody-waits"), $"{id}-2", Eventually.Patience);

        await Stack.Scheduler.StartReadyAsync();

        var answered = (string)(await asked)["result"]!["tasks"]![0]!["taskArn"]!;
        await WhenAsync(Cluster, answered, "RUNNING");
        var silent = await Eventually.GetAsync(
            "the task that nobody waited for is there",
            () => StartedByAsync("nobody-waits"),
            tasks => tasks.Count > 0);
        await WhenAsync(Cluster, Assert.Single(silent), "RUNNING");
        Assert.Single(await StartedByAsync("somebody-waits"));
        await EverythingHeldAsync(Cluster);
    }

    [Fact]
    public async Task Given_no_Scheduler_when_an_http_client_times_out_and_tries_again_then_one_task_is_started()
    {
        var definition = await DefineAsync(NewName("impatient"), Containers.Sleep);
        await Stack.Scheduler.KillAsync();

        // One client sends a token, as newer AWS CLIs do; the other none, as Debian's.
        var token = $"{Guid.NewGuid()}";
        object withToken = new { taskDefinition = definition, startedBy = "with-token", clientToken = token };
        object without = new { taskDefinition = definition, startedBy = "without-token" };
        var timedOut = await Task.WhenAll(
            Api.RefusedAsync("RunTask", withToken), Api.RefusedAsync("RunTask", without));
        Assert.All(timedOut, refused => Assert.True(refused.IsServerFault, refused.Message));

        await Stack.Scheduler.StartReadyAsync();
        await Api.CallAsync("RunTask", withToken);
        await Api.CallAsync("RunTask", without);

        foreach (var client in new[] { "with-token", "without-token" })
        {
            await WhenAsync(Cluster, Assert.Single(await StartedByAsync(client)), "RUNNING");
        }

        await EverythingHeldAsync(Cluster);
    }

    [Fact]
    public async Task Given_an_answered_command_when_every_service_was_restarted_then_its_id_has_the_same_answer()
    {
        var definition = await DefineAsync(NewName("remembered"), Containers.Sleep);
        var id = $"remembered-{Guid.NewGuid():N}";
        object command = new { account = Stack.Account, taskDefinition = definition, startedBy = id };
        var first = await Bus.AskAsync("run-task", command, id);
        foreach (var service in Stack.Services.Where(service => service.IsRunning).ToList())
        {
            Assert.True(await service.TerminateAsync() == 0, $"{service.Name} did not end in order:\n{service.Tail()}");
            service.Start();
        }

        await Stack.MendAsync();
        var again = await Bus.AskAsync("run-task", command, id);

        Assert.True(JsonNode.DeepEquals(first, again), $"{first}\n{again}");
        var task = Assert.Single(await StartedByAsync(id));
        await WhenAsync(Cluster, task, "RUNNING");
        await EverythingHeldAsync(Cluster);
    }

    private async Task<IReadOnlyList<string>> StartedByAsync(string client)
    {
        var listed = await Api.CallAsync("ListTasks", new { cluster = Cluster, startedBy = client });
        return [.. listed["taskArns"]!.AsArray().Select(arn => (string)arn!)];
    }
}

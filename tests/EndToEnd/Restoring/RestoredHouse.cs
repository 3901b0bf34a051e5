using System.Text.Json.Nodes;
using Ecs.Contracts.Events;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Restoring;

/// <summary>
/// What docs/backup.md promises, with real parts: pg_dump while the house works, work that is undone, pg_restore, and
/// Agents that have lived through all of it and were never restarted.
/// </summary>
[Collection(RestoredTests.Name)]
public sealed class RestoredHouse(RestoredStack stack) : UndoneDays(stack)
{
    [Fact]
    public async Task Given_a_log_that_is_restored_while_the_agents_run_on_then_every_task_has_the_fate_that_is_defined()
    {
        await using var heard = await Bus.ListenAsync("#");
        var said = await PassAsync();
        Assert.Contains("goes on at", said, StringComparison.Ordinal);

        await WhatRunsIsGoneOnWithAsync();
        await WhatEndedIsToldOnceMoreAsync();
        await WhatIsGoneIsNotMadeAgainAsync();
        await WhatIsUnknownIsStoppedAsync();
        await InstancesAreThereAgainAsync();
        await WhoHasAnotherKeyIsLetInByHandAsync();
        await WorkGoesOnAsync();
        await ReadersOfTheFeedLearnOfItAsync(heard);
        await TheLogIsWholeAsync();
    }

    private async Task WhatRunsIsGoneOnWithAsync()
    {
        var stays = await WhenAsync("default", Stays, "RUNNING");
        Assert.Equal(StaysIn, (string?)Only(stays)["runtimeId"]);

        // PENDING in the backup: its Agent tells that it runs, and in what.
        var starts = await WhenAsync(Late, Starts, "RUNNING");
        Assert.Equal((await ContainerAsync(Starts)).Id, (string?)Only(starts)["runtimeId"]);
    }

    private async Task WhatEndedIsToldOnceMoreAsync()
    {
        Assert.Equal(7, (int)Only(await WhenAsync("default", Ends, "STOPPED"))["exitCode"]!);
        Assert.Equal(143, (int)Only(await WhenAsync("default", IsStopped, "STOPPED"))["exitCode"]!);
    }

    private async Task WhatIsGoneIsNotMadeAgainAsync()
    {
        // RUNNING in the backup, so that the log has Docker's id of its container.
        var gone = Only(await WhenAsync(Tidy, EndsAndGoes, "STOPPED"));
        Assert.StartsWith("CannotInspectContainerError: The container", (string?)gone["reason"], StringComparison.Ordinal);

        // PENDING in the backup: it may have run, and has.
        var mayHaveRun = Only(await WhenAsync(Late, StartsAndGoes, "STOPPED"));
        Assert.Contains("may have run", (string?)mayHaveRun["reason"], StringComparison.Ordinal);

        var waited = await WhenAsync(Tidy, Waits, "STOPPED");
        Assert.Equal("TaskFailedToStart", (string?)waited["stopCode"]);
        Assert.Contains("restored", (string?)waited["stoppedReason"], StringComparison.Ordinal);
    }

    private async Task WhatIsUnknownIsStoppedAsync()
    {
        // The one that waited in the backup has had room since.
        string[] strangers = [Runs, Again, Theirs, Waits];
        foreach (var task in strangers)
        {
            await Eventually.HoldsAsync($"{task}, which the log does not know, is stopped", async () =>
                (await Docker.OfTaskAsync(task)).All(container => !container.IsRunning));
        }

        // One may be told of twice: an Agent reports until it is told.
        var disowned = (await Promises.ReadAsync(Stack)).Select(e => e.Data).OfType<ContainerInstanceTasksDisowned>()
            .SelectMany(e => e.Tasks).Distinct();
        Assert.Equal(strangers.Order(StringComparer.Ordinal), disowned.Order(StringComparer.Ordinal));

        // Asked for once more with its token it is the same task, which has had its run.
        Assert.Equal(Again, await RunAgainAsync());
        Assert.Equal(143, (int)Only(await WhenAsync("default", Again, "STOPPED"))["exitCode"]!);
    }

    private async Task InstancesAreThereAgainAsync()
    {
        var arn = Newcomer.InstanceArn;
        await Eventually.HoldsAsync("who joined after the backup has joined again", async () =>
            await IsConnectedAsync(arn) is true);
        await Eventually.HoldsAsync("who left after the backup is ACTIVE, and not heard", async () =>
            await IsConnectedAsync(Leaver) is false);
    }

    private async Task WhoHasAnotherKeyIsLetInByHandAsync()
    {
        // The log has the old key again. Health says what to do, and that is all there is to do.
        var id = OtherKey.InstanceArn[(OtherKey.InstanceArn.LastIndexOf('/') + 1)..];
        await OtherKey.Process.WhenItSaysAsync($"ecs deregister-container-instance {id} --force --cluster {Rekeyed}");
        Assert.Equal("RUNNING", (string?)(await TaskAsync(Rekeyed, OfOldKey))["lastStatus"]);
        (await Tool.Ecs(Stack).RunAsync("deregister-container-instance", id, "--force", "--cluster", Rekeyed)).Good();

        await OtherKey.Process.WhenReadyAsync();
        var ended = await WhenAsync(Rekeyed, OfOldKey, "STOPPED");
        Assert.Equal("Container instance deregistration forced by user", (string?)ended["stoppedReason"]);
        await Eventually.HoldsAsync("what it ran since is stopped, too", async () =>
            (await Docker.OfTaskAsync(OfNewKey)).All(container => !container.IsRunning));
    }

    private async Task WorkGoesOnAsync()
    {
        // The number of a revision that was undone is given out again, for another content.
        var definition = await DefineAsync(Sleeps, Containers.Sleep + " # the second revision");
        Assert.Equal($"{Sleeps}:2", definition);
        foreach (var cluster in new[] { "default", Tidy, Late, Joined, Rekeyed })
        {
            var task = Assert.Single(await RunAsync(cluster, definition));
            await WhenAsync(cluster, task, "RUNNING");
            var made = await Docker.InspectAsync((await ContainerAsync(task)).Id);
            Assert.EndsWith("# the second revision", made.Config!.Cmd![^1], StringComparison.Ordinal);
        }

        foreach (var cluster in new[] { "default", Tidy, Late, Joined, Rekeyed }) await StopAllAsync(cluster);
    }

    private async Task ReadersOfTheFeedLearnOfItAsync(EventListener heard)
    {
        var lines = (await Api.GetAsync($"log?after={Seen}&kind=cluster,task,container-instance"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var first = lines[0];
        Assert.Equal("cluster-restored", (string?)first["event"]);
        var (undoneFrom, goesOn) = ((long)first["data"]!["position"]!, (long)first["data"]!["from"]!);
        Assert.True(undoneFrom < Seen && Seen < goesOn, $"{undoneFrom} < {Seen} < {goesOn}");
        Assert.Equal(goesOn, (long)first["position"]!);
        var undone = heard.Heard.Where(e => e.Position > undoneFrom && e.Position < goesOn).ToList();
        Assert.Contains(undone, e => e.Stream == Runs);

        await Eventually.HoldsAsync("the bus tells of it", () => heard.Heard.Any(e => e.Name is "cluster-restored"));
        var sent = await Bus.AskAsync(
            "replay-events", new { account = Stack.Account, from = Seen + 1 }, $"{Guid.NewGuid()}");
        Assert.True((long)sent["result"]!["to"]! > goesOn, $"{sent}");
    }

    private async Task TheLogIsWholeAsync()
    {
        var events = await Promises.ReadAsync(Stack);
        Streams.AreGapless(events);
        TaskLives.NeverGoBack(events);
        Reservations.NeverExceedWhatIsThere(events);
        Assert.All(Stack.Starts.All, start => Assert.True(start.Starts == 1, $"{start}"));
        (await Tool.Ecs(Stack).RunAsync("verify")).Good();
        (await Tool.Ecs(Stack).RunAsync("replay")).Good();
        var lost = await Tool.Ecs(Stack).RunAsync("verify", "--checkpoint", Checkpoint);
        Assert.True(lost.ExitCode == 5, $"{lost}");
    }

    private async Task<bool?> IsConnectedAsync(string instance)
    {
        var shown = await Api.CallAsync(
            "DescribeContainerInstances", new { cluster = Joined, containerInstances = new[] { instance } });
        var one = shown["containerInstances"]!.AsArray().SingleOrDefault();
        return (string?)one?["status"] == "ACTIVE" ? (bool)one!["agentConnected"]! : null;
    }
}

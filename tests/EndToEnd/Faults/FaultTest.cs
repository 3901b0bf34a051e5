using System.Text.Json.Nodes;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Faults;

/// <summary>A test that breaks parts of its house: whole before it; after it every promise is checked.</summary>
public abstract class FaultTest(EcsStack stack) : StackTest(stack)
{
    /// <summary>How often a client asks again whom the house failed: longer than any outage here.</summary>
    private const int Attempts = 400;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override async ValueTask InitializeAsync() => await Stack.MendAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs one task as a client does that gets no answer at times: again, with the same token.</summary>
    internal async Task<string> InsistAsync(string cluster, string definition)
    {
        var token = $"{Guid.NewGuid()}";
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var reply = await Api.CallAsync(
                    "RunTask", new { cluster, taskDefinition = definition, clientToken = token });
                if (!IsAgentMissing(reply)) return (string)Assert.Single(reply["tasks"]!.AsArray())!["taskArn"]!;

                // That was an answer, and the token now stands for it.
                token = $"{Guid.NewGuid()}";
            }
            catch (Exception fault) when (attempt < Attempts
                && fault is EcsError { IsServerFault: true } or HttpRequestException or TaskCanceledException)
            {
                // No answer: whatever came of it, the same token asks for the same task.
            }

            Assert.True(attempt < Attempts, "no Agent was heard in all these attempts");
            await Task.Delay(Pause, Cancel);
        }
    }

    /// <summary>Many at once, of which a few wait for their answers at any time, as from as many shells.</summary>
    internal async Task<IReadOnlyList<string>> InsistAsync(
        string cluster, string definition, int count, Action<int>? accepted = null)
    {
        var tasks = new List<string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel },
            async (_, _) =>
            {
                var task = await InsistAsync(cluster, definition);
                lock (tasks)
                {
                    tasks.Add(task);
                    accepted?.Invoke(tasks.Count);
                }
            });
        return tasks;
    }

    /// <summary>Every accepted task is RUNNING, or STOPPED with a reason; no other is there, none twice.</summary>
    internal async Task EachIsRunningOrStoppedAsync(string cluster, IReadOnlyList<string> accepted)
    {
        Assert.Equal(accepted.Count, accepted.Distinct().Count());
        await Eventually.GetAsync(
            "every accepted task is RUNNING, or STOPPED with a reason",
            () => UnsettledAsync(cluster, accepted),
            unsettled => unsettled.Count == 0,
            Eventually.PatienceFor(accepted.Count),
            unsettled => $"{unsettled.Count} of {accepted.Count}: {unsettled[0]}");
        var all = (await ListAsync(cluster)).Concat(await ListAsync(cluster, "STOPPED"));
        Assert.Equal(accepted.Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
    }

    /// <summary>The end of a fault test: nothing runs any more, and every promise has held throughout.</summary>
    internal async Task EverythingHeldAsync(string cluster)
    {
        await StopAllAsync(cluster);
        await Promises.HoldAsync(Stack);
    }

    private async Task<IReadOnlyList<string>> UnsettledAsync(string cluster, IReadOnlyList<string> tasks)
    {
        var unsettled = new List<string>();
        foreach (var page in tasks.Chunk(100))
        {
            var shown = await Api.CallAsync("DescribeTasks", new { cluster, tasks = page });
            Assert.Empty(shown["failures"]!.AsArray());
            unsettled.AddRange(
                shown["tasks"]!.AsArray().Where(task => !IsSettled(task!)).Select(task => task!.ToJsonString()));
        }

        return unsettled;
    }

    private static bool IsSettled(JsonNode task) => (string?)task["lastStatus"] switch
    {
        "RUNNING" => true,
        "STOPPED" => (string?)task["stoppedReason"] is { Length: > 0 } && (string?)task["stopCode"] is not null,
        _ => false,
    };
}

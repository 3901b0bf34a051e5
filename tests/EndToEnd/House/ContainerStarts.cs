using System.Collections.Concurrent;
using System.Globalization;
using Docker.DotNet.Models;

namespace Ecs.EndToEnd.House;

/// <summary>
/// Counts how often Docker started each container of an account's tasks, on all engines that they run on. What is
/// removed afterwards was still counted, so a task that ran twice cannot hide.
/// </summary>
internal sealed class ContainerStarts(string account) : IProgress<Message>, IAsyncDisposable
{
    /// <summary>The pause before an engine that has gone is listened to again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, int> _starts = new();
    private readonly ConcurrentDictionary<(string, long), byte> _seen = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _watching = [];

    /// <summary>Begins to count on an engine, before its first container starts, over its restarts.</summary>
    public void Watch(Uri engine, CancellationToken until = default)
    {
        var began = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        _watching.Add(WatchAsync(engine, began, until));
    }

    /// <summary>How often each container was started, by its task and its name.</summary>
    public IReadOnlyList<(string Task, string Container, int Starts)> All =>
        [.. _starts.Select(pair => (pair.Key.Split(' ')[0], pair.Key.Split(' ')[1], pair.Value))];

    /// <summary>How often containers of a task were started, all of them together.</summary>
    public int Of(string taskArn) => All.Where(start => start.Task == taskArn).Sum(start => start.Starts);

    /// <summary>The same, as soon as there are so many: Docker tells them here on another way than the Agent.</summary>
    public Task<int> OfAsync(string taskArn, int atLeast) => Eventually.GetAsync(
        $"Docker has started {taskArn} at least {atLeast} times",
        () => Task.FromResult(Of(taskArn)),
        starts => starts >= atLeast);

    public void Report(Message value)
    {
        var labels = value.Actor.Attributes;
        if (!labels.TryGetValue(Engine.TaskLabel, out var task)
            || !task.Contains($":{account}:", StringComparison.Ordinal)
            || !_seen.TryAdd((value.Actor.ID, value.TimeNano ?? 0), 0)) return;

        _starts.AddOrUpdate($"{task} {Engine.ContainerName(labels)}", 1, (_, count) => count + 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_watching);
        _end.Dispose();
    }

    // From the beginning each time: the engine tells again what it knows, and what was counted is known by its time.
    private async Task WatchAsync(Uri host, string since, CancellationToken until)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, until);
        using var engine = new Engine(host);
        while (!ended.IsCancellationRequested)
        {
            try
            {
                await engine.Client.System.MonitorEventsAsync(Filter(since), this, ended.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or IOException or HttpRequestException
                or Docker.DotNet.DockerApiException)
            {
                // It restarts, or that is how it ends.
            }

            await Task.Delay(Pause, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static ContainerEventsParameters Filter(string since) => new()
    {
        Since = since,
        Filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["type"] = new Dictionary<string, bool> { ["container"] = true },
            ["event"] = new Dictionary<string, bool> { ["start"] = true },
            ["label"] = new Dictionary<string, bool> { [Engine.TaskLabel] = true },
        },
    };
}

using System.Collections.Concurrent;
using System.Globalization;
using Docker.DotNet.Models;

namespace Ecs.EndToEnd.House;

/// <summary>
/// Counts how often Docker started each container of an account's tasks. What is removed afterwards was still counted,
/// so a task that ran twice cannot hide.
/// </summary>
internal sealed class ContainerStarts : IProgress<Message>, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _starts = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Engine _engine = new();
    private readonly string _account;
    private Task _watching = Task.CompletedTask;

    private ContainerStarts(string account) => _account = account;

    /// <summary>Begins to count; a fact before the first container starts.</summary>
    public static Task<ContainerStarts> WatchAsync(string account)
    {
        var starts = new ContainerStarts(account);
        starts._watching = starts._engine.Client.System.MonitorEventsAsync(
            new ContainerEventsParameters
            {
                Since = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                Filters = new Dictionary<string, IDictionary<string, bool>>
                {
                    ["type"] = new Dictionary<string, bool> { ["container"] = true },
                    ["event"] = new Dictionary<string, bool> { ["start"] = true },
                    ["label"] = new Dictionary<string, bool> { [Engine.TaskLabel] = true },
                },
            },
            starts,
            starts._end.Token);
        return Task.FromResult(starts);
    }

    /// <summary>Task and container name of everything that was started more than once.</summary>
    public IReadOnlyList<string> MoreThanOnce => [.. _starts.Where(pair => pair.Value > 1).Select(pair => pair.Key)];

    /// <summary>How many different containers were started of a task.</summary>
    public int Of(string taskArn) => _starts.Count(pair => pair.Key.StartsWith(taskArn, StringComparison.Ordinal));

    public void Report(Message value)
    {
        var labels = value.Actor.Attributes;
        if (!labels.TryGetValue(Engine.TaskLabel, out var task)
            || !task.Contains($":{_account}:", StringComparison.Ordinal)) return;

        _starts.AddOrUpdate($"{task} {Engine.ContainerName(labels)}", 1, (_, count) => count + 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _watching;
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // That is how it ends.
        }

        _engine.Dispose();
        _end.Dispose();
    }
}

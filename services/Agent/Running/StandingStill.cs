using System.Collections.Concurrent;

namespace Ecs.Agent.Running;

/// <summary>
/// The tasks that a bug has stopped: nobody drives them any more. The Agent goes on, since all others are driven, and a
/// start anew would meet the same bug with all of them at stake; its health names them until it is started anew.
/// </summary>
internal sealed class StandingStill
{
    private readonly ConcurrentDictionary<string, string> _tasks = new(StringComparer.Ordinal);

    /// <summary>What is to be said of them; null where there are none.</summary>
    public string? Fault => _tasks.IsEmpty ? null : string.Join("; ", _tasks.ToArray()
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => $"task {pair.Key} stands still, by a bug: {pair.Value}"));

    /// <summary>A task was stopped by a bug.</summary>
    public void Add(string task, Exception bug) => _tasks[task] = bug.Message;
}

using System.Collections.Concurrent;

namespace Ecs.Benchmarks.Throughput;

/// <summary>How far each task is, as its Agent and its sender know it.</summary>
internal sealed class TaskBoard
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _stopped = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _received = new(StringComparer.Ordinal);
    private int _messages;

    /// <summary>When each task's assignment came to its Agent.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Received => _received;

    /// <summary>Messages that Agents have got.</summary>
    public int Messages => Volatile.Read(ref _messages);

    /// <summary>Completes when the task's STOPPED is in the log.</summary>
    public Task StoppedAsync(string task) => Of(task).Task;

    /// <summary>The report of the task's end was answered, so it is in the log.</summary>
    public void Stopped(string task) => Of(task).TrySetResult();

    public void Heard() => Interlocked.Increment(ref _messages);

    /// <summary>Whether the task is new: the same word may come twice.</summary>
    public bool Receive(string task, DateTimeOffset at) => _received.TryAdd(task, at);

    private TaskCompletionSource Of(string task) =>
        _stopped.GetOrAdd(task, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

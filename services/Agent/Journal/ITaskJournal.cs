using Ecs.Agent.Tasks;

namespace Ecs.Agent.Journal;

/// <summary>What is kept of an Agent's tasks over its restarts.</summary>
internal interface ITaskJournal
{
    /// <summary>Why what must be kept cannot be; null while it can. A disk that is full may have room again.</summary>
    string? Fault => null;

    /// <summary>All that is kept and can be read.</summary>
    IReadOnlyList<TaskState> Load();

    /// <summary>Keeps a task's state. Returns when the disk has it.</summary>
    Task SaveAsync(TaskState task, CancellationToken ct);

    /// <summary>Keeps a task's state against the end of the process; writes of one task stay in their order.</summary>
    Task SaveSoonAsync(TaskState task, CancellationToken ct);

    /// <summary>Drops a task.</summary>
    Task RemoveAsync(TaskState task, CancellationToken ct);
}

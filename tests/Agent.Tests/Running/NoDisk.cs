using Ecs.Agent.Journal;
using Ecs.Agent.Tasks;

namespace Ecs.Agent.Tests.Running;

/// <summary>A double of a journal that keeps nothing, at once.</summary>
internal sealed class NoDisk : ITaskJournal
{
    public IReadOnlyList<TaskState> Load() => [];

    public Task SaveAsync(TaskState task, CancellationToken ct) => Task.CompletedTask;

    public Task SaveSoonAsync(TaskState task, CancellationToken ct) => Task.CompletedTask;

    public Task RemoveAsync(TaskState task, CancellationToken ct) => Task.CompletedTask;
}

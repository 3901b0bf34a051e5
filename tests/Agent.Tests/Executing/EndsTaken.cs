using System.Collections.Concurrent;
using Ecs.Bus;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;

namespace Ecs.Agent.Tests.Executing;

/// <summary>A double of the Scheduler that takes the end of every execution.</summary>
internal sealed class EndsTaken : ICommandSender
{
    private readonly ConcurrentQueue<SubmitExecutionEnd> _ends = new();

    /// <summary>The ends that were told so far, in their order.</summary>
    public IReadOnlyList<(string Task, string Id, int? ExitCode, string? Reason)> Told =>
        [.. _ends.Select(end => (end.Task!, end.ExecutionId!, end.ExitCode, end.Reason))];

    public Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
    {
        _ends.Enqueue((SubmitExecutionEnd)command);
        return Task.FromResult(new Answer());
    }
}

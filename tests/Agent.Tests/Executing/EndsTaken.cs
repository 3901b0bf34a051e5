using System.Collections.Concurrent;
using Ecs.Bus;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;

namespace Ecs.Agent.Tests.Executing;

/// <summary>A double of the Scheduler that takes the end of every execution.</summary>
internal sealed class EndsTaken : ICommandSender
{
    public ConcurrentQueue<(string Id, string? Reason)> Told { get; } = new();

    public Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
    {
        var end = (SubmitExecutionEnd)command;
        Told.Enqueue((end.ExecutionId!, end.Reason));
        return Task.FromResult(new Answer());
    }
}

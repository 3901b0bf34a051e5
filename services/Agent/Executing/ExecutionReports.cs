using System.Collections.Concurrent;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Agent.Executing;

/// <summary>
/// Tells the Scheduler how executions ended, again and again until each is answered or the Agent ends.
/// </summary>
internal sealed class ExecutionReports(ICommandSender sender, Arn instance, ILogger log, CancellationToken ended)
{
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);

    /// <summary>How long to wait for an answer before the same is sent again.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The pause before it is sent again after a fault.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Takes an end over.</summary>
    public void Tell(SubmitExecutionEnd end)
    {
        var reason = end.Reason;
        if (reason?.Length > SubmitExecutionEnd.MaxReasonLength) reason = reason[..SubmitExecutionEnd.MaxReasonLength];
        var told = end with
        {
            // Derived, so that the same end told again has one effect.
            CommandId = $"execution-end-{end.ExecutionId}",
            Account = instance.Scope.Account,
            Region = instance.Scope.Region,
            Actor = $"{instance}",
            ContainerInstance = $"{instance}",
            Reason = reason,
        };
        _underWay[told.CommandId] = SendAsync(told);
    }

    /// <summary>
    /// Completes when every end that was taken over is answered, or was tried once after the Agent's end.
    /// </summary>
    public Task WhenToldAsync() => Task.WhenAll(_underWay.Values);

    private async Task SendAsync(SubmitExecutionEnd end)
    {
        await Task.Yield();
        while (true)
        {
            try
            {
                var answer = await sender.SendAsync(end, AnswerTimeout, CancellationToken.None);
                if (answer.Error is { } error) log.LogError("The Scheduler refuses an end: {Text}", error.Message);
                break;
            }
            catch (Exception fault)
            {
                log.LogWarning("No answer to the end of execution {Id}: {Text}", end.ExecutionId, fault.Message);
                if (ended.IsCancellationRequested) break;

                await Task.Delay(Pause, CancellationToken.None);
            }
        }

        _underWay.TryRemove(end.CommandId!, out _);
    }
}

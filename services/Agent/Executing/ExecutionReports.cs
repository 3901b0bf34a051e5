using System.Collections.Concurrent;
using Ecs.Bus;
using Ecs.Contracts;

namespace Ecs.Agent.Executing;

/// <summary>
/// Tells the Scheduler how executions ended, again and again until each is answered or the Agent ends. What is not
/// answered by then stays in the journal.
/// </summary>
internal sealed class ExecutionReports(
    ICommandSender sender, Arn instance, ExecutionJournal journal, ILogger log, CancellationToken ended)
{
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _known = new(StringComparer.Ordinal);

    /// <summary>How long to wait for an answer before the same is sent again.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The pause before it is sent again after a fault.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>From now on an execution is this Agent's to end, until its end is answered.</summary>
    public void Know(string id) => _known[id] = 0;

    /// <summary>Whether an execution is this Agent's to end.</summary>
    public bool IsKnown(string id) => _known.ContainsKey(id);

    /// <summary>Keeps what is known of an execution that goes on.</summary>
    /// <exception cref="IOException">The disk does not take it: then it may not be run.</exception>
    public void Keep(OpenExecution open) => journal.Save(open);

    /// <summary>Takes an end over.</summary>
    public void Tell(OpenExecution execution)
    {
        Know(execution.Id);
        _underWay[execution.Id] = SendAsync(execution);
    }

    /// <summary>
    /// Completes when every end that was taken over is answered, or was tried once after the Agent's end.
    /// </summary>
    public Task WhenToldAsync() => Task.WhenAll(_underWay.Values);

    private async Task SendAsync(OpenExecution execution)
    {
        await Task.Yield();
        KeepEnd(execution);
        var end = execution.ToCommand() with
        {
            Account = instance.Scope.Account,
            Region = instance.Scope.Region,
            Actor = $"{instance}",
            ContainerInstance = $"{instance}",
        };
        while (true)
        {
            try
            {
                var answer = await sender.SendAsync(end, AnswerTimeout, CancellationToken.None);
                if (answer.Error is { } error) log.LogError("The Scheduler refuses an end: {Text}", error.Message);
                journal.Remove(execution.Id);
                break;
            }
            catch (Exception fault)
            {
                log.LogWarning("No answer to the end of execution {Id}: {Text}", execution.Id, fault.Message);
                if (ended.IsCancellationRequested) break;

                await Task.Delay(Pause, CancellationToken.None);
            }
        }

        _underWay.TryRemove(execution.Id, out _);
        _known.TryRemove(execution.Id, out _);
    }

    private void KeepEnd(OpenExecution execution)
    {
        try
        {
            journal.Save(execution);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("The end of execution {Id} cannot be kept: {Text}", execution.Id, fault.Message);
        }
    }
}

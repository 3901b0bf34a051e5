using System.Text.Json;
using Ecs.Agent.Running;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Tracing;

namespace Ecs.Agent.Reporting;

/// <summary>
/// Tells the Scheduler how tasks are: in order per task, the newest level of each, up to
/// <see cref="SubmitTaskStates.MaxTasks"/> at once, again and again until it is answered.
/// </summary>
internal sealed class Reporter(ICommandSender sender, TimeProvider clock, ILogger<Reporter> log)
{
    /// <summary>How long to wait for an answer before the same report is sent again.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The pause after a refusal: the instance may have to be registered first.</summary>
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(1);

    private readonly Lock _writing = new();
    private readonly Dictionary<string, TaskObservation> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly Signal _signal = new();

    /// <summary>Takes a task's level over; an older one that was not sent yet is dropped for it.</summary>
    public void Tell(TaskObservation observation)
    {
        lock (_writing)
        {
            if (!_waiting.ContainsKey(observation.TaskArn)) _order.Enqueue(observation.TaskArn);
            _waiting[observation.TaskArn] = observation;
            _signal.Raise();
        }
    }

    /// <summary>Sends until the Agent ends.</summary>
    /// <param name="origin">The instance, its session and scope: what every report carries.</param>
    /// <param name="answered">What to do with an answer.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync(
        SubmitTaskStates origin, Func<TaskObservation, bool, CancellationToken, Task> answered, CancellationToken ct)
    {
        while (true)
        {
            await _signal.WaitAsync(ct);
            while (Take() is { Count: > 0 } batch)
            {
                var stop = await SendAsync(origin with { CommandId = Guid.NewGuid().ToString("N"), Tasks = batch }, ct);
                foreach (var observation in batch)
                {
                    await answered(observation, stop.Contains(observation.TaskArn), ct);
                }
            }
        }
    }

    private List<TaskObservation> Take()
    {
        lock (_writing)
        {
            var batch = new List<TaskObservation>();
            while (batch.Count < SubmitTaskStates.MaxTasks && _order.TryDequeue(out var task))
            {
                _waiting.Remove(task, out var observation);
                batch.Add(observation!);
            }

            return batch;
        }
    }

    private async Task<IReadOnlySet<string>> SendAsync(SubmitTaskStates report, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                using var span = Spans.Begin("report")
                    .About(report.Tasks!.Select(task => task.TaskArn));
                var answer = await sender.SendAsync(report, AnswerTimeout, ct);
                if (answer.Error is null)
                {
                    return answer.Result?.Deserialize<SubmitTaskStatesResult>(EcsJson.Options)?.Stop.ToHashSet() ?? [];
                }

                log.LogError("The Scheduler refuses the report: {Text}", answer.Error.Message);
                await Task.Delay(RefusalPause, clock, ct);

                // A refusal is recorded under its id, and would only be repeated.
                report = report with { CommandId = Guid.NewGuid().ToString("N") };
            }
            catch (Exception fault) when (fault is TimeoutException or IOException)
            {
                log.LogWarning("No answer to the report of {Count} tasks: {Text}", report.Tasks?.Count, fault.Message);
            }
        }
    }
}

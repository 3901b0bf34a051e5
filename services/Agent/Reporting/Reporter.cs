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
/// <see cref="SubmitTaskStates.MaxTasks"/> at once, again and again until it is answered. A report that is refused is
/// halved until the task at fault is alone, which is then told by itself, ever more seldom, and with its reason in the
/// Agent's own log each time; the others go on.
/// </summary>
internal sealed class Reporter(ICommandSender sender, TimeProvider clock, ILogger<Reporter> log)
{
    /// <summary>How long to wait for an answer before the same report is sent again.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a level waits for those of others at most, while containers are being made or started. Each report is a
    /// commit, of the cpu that Docker starts them with.
    /// </summary>
    public static readonly TimeSpan Company = TimeSpan.FromMilliseconds(200);

    /// <summary>The pause after a refusal: the instance may have to be registered first.</summary>
    public static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause before a task whose report was refused is told again.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // What is wrong with these is wrong with every report of this Agent, and is mended by registering.
    private static readonly string[] FieldsOfTheSender = ["containerInstance", "session", "signature"];

    private readonly ReportLine _line = new();
    private readonly Signal _signal = new();
    private readonly Signal _apart = new();

    /// <summary>Takes a task's level over; an older one that was not sent yet is dropped for it.</summary>
    public void Tell(TaskObservation observation) => (_line.Add(observation) ? _apart : _signal).Raise();

    /// <summary>Sends until the Agent ends.</summary>
    /// <param name="origin">The instance, its session and scope: what every report carries.</param>
    /// <param name="answered">What to do with an answer; it must not wait, for others are told after it.</param>
    /// <param name="moreToCome">Whether further levels are to be expected in a moment.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync(
        SubmitTaskStates origin,
        Action<TaskObservation, bool> answered,
        Func<bool> moreToCome,
        CancellationToken ct) => await await Task.WhenAny(
            TellAllAsync(origin, answered, moreToCome, ct), TellApartAsync(origin, answered, ct));

    private async Task TellAllAsync(
        SubmitTaskStates origin,
        Action<TaskObservation, bool> answered,
        Func<bool> moreToCome,
        CancellationToken ct)
    {
        while (true)
        {
            await _signal.WaitAsync(ct);
            await GatherAsync(moreToCome, ct);
            var batch = _line.Take();
            if (batch.Count > 0) await TellAsync(origin, batch, answered, ct);
            if (batch.Count == SubmitTaskStates.MaxTasks) _signal.Raise();

            // Those that were set apart while they waited stand in that line now.
            _apart.Raise();
        }
    }

    private async Task GatherAsync(Func<bool> moreToCome, CancellationToken ct)
    {
        var since = clock.GetTimestamp();
        while (!_line.IsFull && moreToCome() && Company - clock.GetElapsedTime(since) is { Ticks: > 0 } left)
        {
            await _signal.WaitAsync(left, clock, ct);
        }
    }

    private async Task TellAsync(
        SubmitTaskStates origin,
        List<TaskObservation> batch,
        Action<TaskObservation, bool> answered,
        CancellationToken ct)
    {
        if (await SendAsync(origin, batch, answered, ct) is not { } refusal) return;

        if (batch.Count > 1)
        {
            var half = batch.Count / 2;
            await TellAsync(origin, batch[..half], answered, ct);
            await TellAsync(origin, batch[half..], answered, ct);
            return;
        }

        Complain(batch[0], refusal);
        _line.SetApart(batch[0]);
        _apart.Raise();
    }

    private async Task TellApartAsync(
        SubmitTaskStates origin, Action<TaskObservation, bool> answered, CancellationToken ct)
    {
        var pause = RefusalPause;
        await _apart.WaitAsync(ct);
        while (true)
        {
            if (_line.TakeApart() is not { } observation)
            {
                pause = RefusalPause;
                await _apart.WaitAsync(ct);
            }
            else if (await SendAsync(origin, [observation], answered, ct) is not { } refusal)
            {
                _line.Rejoin(observation.TaskArn);
                pause = RefusalPause;
            }
            else
            {
                Complain(observation, refusal);
                _line.SetApart(observation);
                await Task.Delay(pause, clock, ct);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private void Complain(TaskObservation observation, CommandError refusal) => log.LogError(
        "The Scheduler refuses the report that task {Task} is {Status}, which is kept and told again: {Text} ({Field})",
        observation.TaskArn, observation.Status, refusal.Message, refusal.Field);

    /// <summary>Sends until it is answered; the refusal where what is told is at fault, else null.</summary>
    private async Task<CommandError?> SendAsync(
        SubmitTaskStates origin,
        List<TaskObservation> batch,
        Action<TaskObservation, bool> answered,
        CancellationToken ct)
    {
        var report = origin with { CommandId = Guid.NewGuid().ToString("N"), Tasks = batch };
        while (true)
        {
            try
            {
                using var span = Spans.BeginOf(report, "report")
                    .About(report.Tasks!.Select(task => task.TaskArn));
                var answer = await sender.SendAsync(report, AnswerTimeout, ct);
                if (answer.Error is null)
                {
                    Take(answer, batch, answered);
                    return null;
                }

                if (!FieldsOfTheSender.Contains(answer.Error.Field, StringComparer.Ordinal)) return answer.Error;

                log.LogError("The Scheduler refuses the report: {Text}", answer.Error.Message);
                await Task.Delay(RefusalPause, clock, ct);

                // A refusal is recorded under its id, and would only be repeated.
                report = report with { CommandId = Guid.NewGuid().ToString("N") };
            }
            catch (Exception fault) when (fault is TimeoutException or IOException)
            {
                log.LogWarning("No answer to the report of {Count} tasks: {Text}", batch.Count, fault.Message);
            }
        }
    }

    private static void Take(Answer answer, List<TaskObservation> batch, Action<TaskObservation, bool> answered)
    {
        var stop = answer.Result?.Deserialize<SubmitTaskStatesResult>(EcsJson.Options)?.Stop.ToHashSet() ?? [];
        foreach (var observation in batch) answered(observation, stop.Contains(observation.TaskArn));
    }
}

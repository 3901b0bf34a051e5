using System.Text.Json;
using Ecs.Agent.Tasks;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;
using TaskStep = Ecs.Agent.Tasks.Step;

namespace Ecs.Agent.Tests.Simulated;

/// <summary>
/// The real machine of a task whose one container has a restart policy, over a double of Docker that keeps every run's
/// times: it ends by itself or for its memory at any time, somebody removes it, calls are lost before or after their
/// effect, the Agent dies.
/// </summary>
internal sealed class RestartedTask
{
    private readonly List<Effect.Begin> _work = [];
    private readonly Choices _choices;
    private readonly ContainerRestartPolicy _policy;
    private DateTimeOffset _now = Some.Time;
    private byte[] _journal = [];
    private bool _isMade;
    private bool _isOutOfMemory;

    public RestartedTask(Choices choices, ContainerRestartPolicy policy)
    {
        (_choices, _policy) = (choices, policy);
        State = TaskMachine.Unknown(Some.Task(1));
        var web = Some.Container("web") with { RestartPolicy = policy };
        Step(new Assigned(_now, Some.Start(1, 10, web)));
    }

    public TaskState State { get; private set; }

    public List<Run> Runs { get; } = [];

    public bool IsStopAsked { get; private set; }

    /// <summary>Whether somebody removed it.</summary>
    public bool IsGone { get; private set; }

    public bool IsRunning => Runs is [.., { Ended: null }];

    /// <summary>Lets things happen while there are choices, and then to the end without faults.</summary>
    public void Go()
    {
        while (_choices.AreLeft) Happen();
        for (var quiet = 0; quiet < 6; quiet++)
        {
            for (var steps = 0; _work.Count > 0; steps++)
            {
                Assert.True(steps < 100, "it does not come to rest");
                Finish(0, fault: 0);
            }

            Sweep();
        }
    }

    /// <summary>Whether the policy lets this run be followed by another.</summary>
    public bool Allows(Run run) => run is { Ended: { } ended, ExitCode: { } code } &&
        _policy.IgnoredExitCodes?.Contains(code) is not true &&
        ended - run.Began >= TimeSpan.FromSeconds(_policy.RestartAttemptPeriod!.Value);

    private Observed Seen => !_isMade || IsGone ? Observed.Absent
        : Runs.Count == 0 ? Observed.Created
        : IsRunning ? Observed.Running : Observed.Ended;

    private void Happen()
    {
        _now += TimeSpan.FromSeconds(1);
        switch (_choices.Among(8))
        {
            case 0:
                _now += TimeSpan.FromSeconds(_choices.Among(60));
                break;
            case 1 when IsRunning:
                var exitCode = _choices.Among(5);
                End(exitCode < 4 ? exitCode : 137, isOutOfMemory: exitCode == 4);
                if (_choices.Among(2) == 0) Step(new Changed(_now, "web", Runs[^1].ExitCode));
                break;
            case 2:
                Sweep();
                break;
            case 3:
                Crash();
                break;
            case 4 when _choices.Among(4) == 0:
                IsStopAsked = true;
                Step(new StopAsked(_now, 20));
                break;
            case 5 when State.Containers[0].Status == LifecycleStatus.Running && _choices.Among(6) == 0:
                if (IsRunning) End(137);
                IsGone = true;
                break;
            default:
                if (_work.Count > 0) Finish(_choices.Among(_work.Count), _choices.Among(6));
                break;
        }
    }

    private void Step(TaskEvent happened)
    {
        (State, var effects) = TaskMachine.Step(State, happened);
        foreach (var effect in effects)
        {
            if (effect is Effect.Save or Effect.SaveSoon)
            {
                _journal = JsonSerializer.SerializeToUtf8Bytes(State, EcsJson.Options);
            }

            if (effect is not Effect.Begin begin) continue;

            Assert.True(begin.Step != TaskStep.Start || State.Desired == Desired.Running, "begun in a task that is to stop");
            _work.Add(begin);
        }
    }

    private void Finish(int index, int fault)
    {
        var step = _work[index].Step;
        _work.RemoveAt(index);
        var outcome = fault == 1 ? new Outcome.Unreachable() : Do(step);
        _now += TimeSpan.FromSeconds(1);
        Step(new Stepped(_now, "web", step, fault == 2 ? new Outcome.Unreachable() : outcome));
    }

    private Outcome Do(TaskStep step)
    {
        switch (step)
        {
            case TaskStep.Create:
                _isMade = true;
                return new Outcome.Created("id-web", null);
            case TaskStep.Start when IsGone:
                return new Outcome.Unreachable();
            case TaskStep.Start when !IsRunning:
                Assert.True(Runs.Count == 0 || Allows(Runs[^1]), "started again against its policy");
                Runs.Add(new Run(_now, null, null));
                return new Outcome.Started([]);
            case TaskStep.Start:
                return new Outcome.Started([]);
            case TaskStep.Stop:
                if (IsRunning) End(143);
                return new Outcome.Finished();
            default:
                return _isMade && !IsGone ? new Outcome.Found(Facts()) : new Outcome.Missing();
        }
    }

    private ContainerFacts Facts() => new()
    {
        RuntimeId = "id-web",
        Observed = Seen,
        ExitCode = Runs.LastOrDefault()?.ExitCode,
        OutOfMemory = _isOutOfMemory && !IsRunning,
        StartedAt = Runs.LastOrDefault()?.Began,
        StoppedAt = Runs.LastOrDefault()?.Ended,
    };

    private void End(int exitCode, bool isOutOfMemory = false)
    {
        Runs[^1] = Runs[^1] with { Ended = _now, ExitCode = exitCode };
        _isOutOfMemory = isOutOfMemory;
    }

    private void Sweep() => Step(new Swept(_now, "web", Seen));

    // What was under way may still be done, or not.
    private void Crash()
    {
        foreach (var begin in _work.Where(_ => _choices.Among(2) == 0).ToList()) Do(begin.Step);

        _work.Clear();
        State = JsonSerializer.Deserialize<TaskState>(_journal, EcsJson.Options)!.Restored();
        Step(new Began(_now));
    }

    /// <summary>One run of the container, in Docker's times.</summary>
    internal sealed record Run(DateTimeOffset Began, DateTimeOffset? Ended, int? ExitCode);
}

using Ecs.Agent.Assigning;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Tasks;

/// <summary>Runs a task's machine by hand, and remembers what it wanted.</summary>
internal sealed class Spec
{
    private readonly List<Effect> _effects = [];
    private int _seconds;

    public Spec(params ContainerDefinition[] containers)
    {
        State = TaskMachine.Unknown(Some.Task(1));
        if (containers.Length > 0) When(at => new Assigned(at, Some.Start(1, 10, containers)));
    }

    public TaskState State { get; private set; }

    /// <summary>What the last event led to.</summary>
    public IReadOnlyList<Effect> Effects => _effects;

    public List<TaskObservation> Reports { get; } = [];

    public IEnumerable<string> Begun => _effects.OfType<Effect.Begin>().Select(b => $"{b.Step} {b.Container}");

    public Spec When(Func<DateTimeOffset, TaskEvent> happened)
    {
        _effects.Clear();
        (State, var effects) = TaskMachine.Step(State, happened(Some.Time.AddSeconds(++_seconds)));
        _effects.AddRange(effects);
        Reports.AddRange(effects.OfType<Effect.Report>().Select(r => r.Observation));
        return this;
    }

    public Spec When(string container, Step step, Outcome outcome) =>
        When(at => new Stepped(at, container, step, outcome));

    public Spec Created(string container) =>
        When(container, Step.Create, new Outcome.Created($"id-{container}", "sha256:1"));

    public Spec Started(string container) => When(container, Step.Start, new Outcome.Started([]));

    public Spec Runs(string container) => Created(container).Started(container);

    public Spec Ends(string container, int exitCode) => When(at => new Changed(at, container, exitCode))
        .When(container, Step.Inspect, Ended(container, exitCode));

    public Outcome Ended(string container, int exitCode) => new Outcome.Found(new ContainerFacts
    {
        RuntimeId = $"id-{container}",
        Observed = Observed.Ended,
        ExitCode = exitCode,
        StartedAt = Some.Time,
        StoppedAt = Some.Time.AddSeconds(_seconds),
    });

    public Spec StopAsked() => When(at => new StopAsked(at, 20));

    public Spec Restarted()
    {
        var kept = System.Text.Json.JsonSerializer.Serialize(State, Contracts.EcsJson.Options);
        State = System.Text.Json.JsonSerializer.Deserialize<TaskState>(kept, Contracts.EcsJson.Options)!.Restored();
        return When(at => new Began(at));
    }

    /// <summary>Restarted, and waiting for a list where something may have to be made.</summary>
    public Spec Resumed()
    {
        var kept = System.Text.Json.JsonSerializer.Serialize(State, Contracts.EcsJson.Options);
        State = AssignmentDesk.UntilListed(
            System.Text.Json.JsonSerializer.Deserialize<TaskState>(kept, Contracts.EcsJson.Options)!.Restored());
        return When(at => new Began(at));
    }

    /// <summary>A task of which nothing is known but containers that Docker has, as after the loss of the journal.</summary>
    public static Spec Adopted(params string[] containers)
    {
        var spec = new Spec();
        spec.State = spec.State with
        {
            Containers = [.. containers.Select(name => Some.State(name) with { RuntimeId = $"id-{name}" })],
        };
        return spec.When(at => new Began(at));
    }

    public LifecycleStatus StatusOf(string container) => State.Find(container)!.Status;
}

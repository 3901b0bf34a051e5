using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>What an event says about a container, before anything is concluded from it.</summary>
internal static class ContainerFold
{
    /// <summary>How often an image is pulled for one container: it may be removed again before it is used.</summary>
    public const int MaxPulls = 2;

    /// <summary>How often ports are chosen for one container: somebody else may take them before it starts.</summary>
    public const int MaxPortChoices = 5;

    /// <summary>The exit code of a process that was killed: 128 and the number of SIGKILL.</summary>
    public const int Killed = 137;

    /// <summary>The container after the event.</summary>
    public static ContainerState Apply(ContainerState container, ContainerEvent happened) => happened switch
    {
        Changed changed => Apply(container, changed),
        OutOfMemory => container with { RanOutOfMemory = true },
        Swept swept when IsNews(container, swept) => container with { Observed = Observed.Unknown },
        Swept => container,
        PullSeen seen when container.Doing == Step.Pull => container with { Pull = seen.Pull },
        PullSeen => container,

        // A step that is not under way was given up, or is told twice.
        Stepped stepped when stepped.Step != container.Doing => container,
        Stepped stepped => Doubt(
            Apply(container with { Doing = Step.None }, stepped.Step, stepped.Outcome, stepped.At)),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no such event"),
    };

    private static ContainerState Apply(ContainerState container, Changed changed)
    {
        if (container.Observed == Observed.Ended) return container;

        // While a restart is owed the end of the run before is known: what ends now is the new run, which is looked at.
        var told = container.RestartOf is not null
            ? container
            : container with { ExitCode = changed.ExitCode ?? container.ExitCode };
        return container.Doing == Step.None
            ? told with { Observed = Observed.Unknown }
            : told with { Doubted = true };
    }

    private static ContainerState Doubt(ContainerState container) => container with
    {
        Doubted = false,
        Observed = container is { Doubted: true, Observed: Observed.Created or Observed.Running }
            ? Observed.Unknown
            : container.Observed,
    };

    // While a step is under way a sweep may have looked before it; the step's end tells more.
    private static bool IsNews(ContainerState container, Swept swept) =>
        container.Doing == Step.None && (container.Observed != swept.Seen
            ? (container.Observed, swept.Seen) is not
                ((Observed.ImageMissing or Observed.Ended, Observed.Absent)
                    or (Observed.Obstructed, Observed.Created) or (Observed.Unknown, _))
            : IsOtherHealth(container, swept));

    /// <summary>Whether a sweep saw a container that has a health check in another health than is known.</summary>
    public static bool IsOtherHealth(ContainerState container, Swept swept) =>
        swept is { Seen: Observed.Running, Health: { } health } &&
        container.Definition.HealthCheck is not null && container.Health != health;

    private static ContainerState Apply(ContainerState container, Step step, Outcome outcome, DateTimeOffset at) =>
        outcome switch
        {
            Outcome.Created created => container with
            {
                Observed = Observed.Created,
                RuntimeId = created.RuntimeId,
                ImageDigest = created.ImageDigest,
                Misses = 0,
                Refusals = 0,
            },
            Outcome.ImageMissing when container.Pulls >= MaxPulls => container with
            {
                Observed = Observed.Absent,
                Failure = Reasons.CannotPull($"{container.Definition.Image} is not there after it was pulled"),
            },
            Outcome.ImageMissing => container with { Observed = Observed.ImageMissing, Misses = 0 },
            Outcome.Pulled pulled => container with
            {
                Observed = Observed.Absent,
                Pull = pulled.Pull ?? container.Pull,
                Pulls = container.Pulls + 1,
                Misses = 0,
                Refusals = 0,
            },
            Outcome.Started started => Start(Restarted(container, at), started, at),
            Outcome.Found found => Find(Restarted(container, found.Facts.StartedAt), found.Facts),
            Outcome.Missing => Miss(container, at),
            Outcome.Foreign => container with
            {
                Observed = Observed.Absent,
                Failure = container.Failure ?? Reasons.CannotCreate(
                    $"The name {container.DockerName} is taken by a container that is not of this task."),
            },
            Outcome.PortsTaken taken => Obstruct(container, taken.Reason),
            Outcome.Finished when step == Step.Remove && container.Obstructed is not null => Unmade(container),
            Outcome.Finished => container with
            {
                Observed = step == Step.Remove ? Observed.Absent : Observed.Unknown,
                Misses = 0,
            },
            Outcome.Refused refused => Refuse(container, step, refused.Reason),
            Outcome.TimedOut timedOut => TimeOut(container, step, timedOut.Reason),
            Outcome.NameTaken or Outcome.Unreachable when step is Step.Pull or Step.Create or Step.Start =>
                Retry(container) with { Refusals = container.Refusals + 1 },
            Outcome.Unreachable => Retry(container),
            Outcome.Withdrawn => container,
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "no such outcome"),
        };

    // A run that began after the one whose restart is owed is that restart.
    private static ContainerState Restarted(ContainerState container, DateTimeOffset? began) =>
        container.RestartOf is { } run && began is { } at && at != run ? Restarting.Begin(container, at) : container;

    private static ContainerState Start(ContainerState container, Outcome.Started started, DateTimeOffset at) =>
        container with
        {
            Observed = Observed.Running,

            // Said here, for it may have died already, and it did run: see Doubt.
            Status = container.Status > LifecycleStatus.Running ? container.Status : LifecycleStatus.Running,
            StartedAt = container.StartedAt ?? at,
            Bindings = started.Bindings,
            Misses = 0,
            Refusals = 0,
        };

    private static ContainerState Find(ContainerState container, ContainerFacts facts) => container with
    {
        Observed = facts.Observed == Observed.Created && facts.RuntimeId == container.Obstructed
            ? Observed.Obstructed
            : facts.Observed,
        IsGone = false,
        RuntimeId = facts.RuntimeId,
        ImageDigest = facts.ImageDigest ?? container.ImageDigest,
        StartedAt = facts.StartedAt ?? container.StartedAt,
        StoppedAt = facts.StoppedAt ?? container.StoppedAt,
        ExitCode = facts.ExitCode ?? container.ExitCode,
        EndReason = facts.OutOfMemory || (container.RanOutOfMemory && facts.ExitCode == Killed)
            ? Reasons.OutOfMemory
            : container.EndReason,
        Health = facts.Health ?? container.Health,
        Bindings = facts.Bindings.Count > 0 ? facts.Bindings : container.Bindings,
        Misses = 0,
        Refusals = IsDone(container, facts) ? 0 : container.Refusals,
    };

    // The answer to its creation or first start was lost, and not what was asked for: what comes next is another step.
    private static bool IsDone(ContainerState container, ContainerFacts facts) =>
        container.RuntimeId is null || (container.StartedAt is null && facts.StartedAt is not null);

    // One that ran keeps its ports, and so does one whose id nobody kept: it is looked for first.
    private static ContainerState Obstruct(ContainerState container, string reason) =>
        container is { StartedAt: null, RuntimeId: { } id } && container.PortsTaken + 1 < MaxPortChoices
            ? container with { Observed = Observed.Obstructed, Obstructed = id, PortsTaken = container.PortsTaken + 1 }
            : Refuse(container, Step.Start, reason);

    private static ContainerState Unmade(ContainerState container) =>
        container with { Observed = Observed.Absent, RuntimeId = null, Obstructed = null, Misses = 0 };

    // One that was made is never made again, even if somebody removed it: a task has one set of containers. One that
    // has no id and never ran was not made, also where it has stopped since: nobody removed it.
    private static ContainerState Miss(ContainerState container, DateTimeOffset at) =>
        container.Obstructed is { } obstructed && obstructed == container.RuntimeId ? Unmade(container)
        : container is { RuntimeId: null, MayHaveRun: false, StartedAt: null }
            ? container with { Observed = Observed.Absent, Misses = 0 }
            : container with
            {
                Observed = Observed.Ended,
                IsGone = true,
                RestartOf = null,
                StoppedAt = container.StoppedAt ?? at,
                Misses = 0,
            };

    private static ContainerState Refuse(ContainerState container, Step step, string reason) => step switch
    {
        Step.Pull or Step.Create => container with { Observed = Observed.Absent, Failure = reason },
        Step.Start => container with { Observed = Observed.Created, Failure = reason },
        _ => Persist(container, step, reason),
    };

    private static ContainerState TimeOut(ContainerState container, Step step, string reason) => step switch
    {
        Step.Pull => container with { Observed = Observed.Absent, Failure = reason },
        Step.Create or Step.Start => container with { Observed = Observed.Unknown, Failure = reason },
        _ => Persist(container, step, reason),
    };

    // What must stop or go is tried for ever, ever more slowly: nobody else would do it. Docker answers a look between
    // two tries, so that these are counted apart from those that it did not answer.
    private static ContainerState Persist(ContainerState container, Step step, string reason) =>
        Retry(container) with
        {
            Refusals = step == Step.Inspect ? container.Refusals : container.Refusals + 1,
            StopFault = step == Step.Stop ? container.StopFault ?? reason : container.StopFault,
        };

    private static ContainerState Retry(ContainerState container) =>
        container with { Observed = Observed.Unknown, Misses = container.Misses + 1 };
}

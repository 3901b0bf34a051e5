using Ecs.Agent.Docker;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using Ecs.Simulation.Worlds;
using StepOutcome = Ecs.Agent.Tasks.Outcome;

namespace Ecs.Simulation.Engines;

/// <summary>
/// An engine as one Agent's process reaches it, with the outcomes that the real driver tells. What was asked of it
/// happens even where the Agent died meanwhile.
/// </summary>
internal sealed class SimDriver(Wire wire, SimEngine engine, Guards guards, Action<TaskState, Step> begun)
    : IContainerDriver
{
    /// <summary>What breaks where a container is made before its time.</summary>
    public const string Order = "order";

    private const int SigTerm = 143;

    /// <inheritdoc/>
    public async Task<StepOutcome> DoAsync(TaskState task, ContainerState container, Step step, CancellationToken ct)
    {
        begun(task, step);
        try
        {
            return await wire.AskAsync($"docker-{step}", () => Do(task, container, step), ct);
        }
        catch (TimeoutException)
        {
            return new StepOutcome.Unreachable();
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeenContainer>> ListAsync(Listing which, CancellationToken ct) =>
        wire.AskAsync<IReadOnlyList<SeenContainer>>(
            "docker-list",
            () => [.. engine.Containers
                .Where(c => which.TaskArn is null || c.TaskArn == which.TaskArn)
                .Where(c => which.WithEnded || c.Observed is not Observed.Ended)
                .Select(Seen)],
            ct);

    /// <inheritdoc/>
    public async Task WatchAsync(Action<ContainerSign> heard, CancellationToken ct)
    {
        var end = engine.Watch(sign => wire.Process.Run(() => heard(sign)));
        wire.Process.OnEnd(end);
        await Task.Delay(Timeout.Infinite, ct);
    }

    /// <inheritdoc/>
    public Task<EngineFacts> DescribeAsync(CancellationToken ct) => wire.AskAsync(
        "docker-describe",
        () => new EngineFacts
        {
            Id = engine.Id,
            Hostname = $"machine-{engine.Id[^2..]}",
            Version = "29.0.0",
            Cores = engine.Cpu / 1024,
            MemoryBytes = engine.Memory * 1024L * 1024,
            OsType = "linux",
            OperatingSystem = "Debian GNU/Linux 12",
            ApiVersion = "1.44",
            LogDrivers = ["json-file"],
            VolumeDrivers = ["local"],
            Architecture = "x86_64",
            PublishedPorts = new HashSet<int>(),
        },
        ct);

    private StepOutcome Do(TaskState task, ContainerState wanted, Step step)
    {
        var known = engine.Find(wanted.DockerName);
        switch (step)
        {
            case Step.Inspect when known is null:
                return new StepOutcome.Missing();
            case Step.Inspect:
                return known.TaskArn == task.TaskArn
                    ? new StepOutcome.Found(Weakened(known.Facts))
                    : new StepOutcome.Foreign();
            case Step.Pull:
                engine.Pull(wanted.Definition.Image ?? "");
                return new StepOutcome.Pulled();
            case Step.Create when known is not null:
                return new StepOutcome.NameTaken();
            case Step.Create when !engine.HasImage(wanted.Definition.Image ?? ""):
                return new StepOutcome.ImageMissing();
            case Step.Create:
                CheckOrder(task, wanted);
                return new StepOutcome.Created(engine.Create(task.TaskArn, wanted).RuntimeId, null);
            case Step.Start when known is null:
                return new StepOutcome.Unreachable();
            case Step.Start:
                engine.Start(known);
                return new StepOutcome.Started([]);
            case Step.Stop:
                if (known is not null) engine.End(known, SigTerm, isHeard: true);
                return new StepOutcome.Finished();
            case Step.Remove:
                if (known is not null) engine.Remove(known);
                return new StepOutcome.Finished();
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "nothing to do");
        }
    }

    /// <summary>A container is made when those that it depends on have come so far, and not before.</summary>
    private void CheckOrder(TaskState task, ContainerState made)
    {
        foreach (var needed in made.Definition.DependsOn ?? [])
        {
            var other = engine.Ever.FirstOrDefault(c => c.TaskArn == task.TaskArn && c.Name == needed.ContainerName);
            var isSo = needed.Condition switch
            {
                "SUCCESS" => other is { Observed: Observed.Ended, ExitCode: 0 },
                "HEALTHY" => other is { WasHealthy: true },
                _ => other is { Starts: > 0 },
            };
            if (!isSo) wire.Process.World.Break(Order, $"{made.DockerName} is made before {needed.ContainerName} is {needed.Condition}");
        }
    }

    // A driver that tells of no run how short it was, or of no container that it is not healthy yet.
    private ContainerFacts Weakened(ContainerFacts facts) => facts with
    {
        StartedAt = guards.RunTimes ? facts.StartedAt : facts.StartedAt - TimeSpan.FromHours(1),
        Health = guards.Health || facts.Health is null ? facts.Health : ContainerHealth.Healthy,
    };

    private SeenContainer Seen(SimContainer container) => new()
    {
        TaskArn = container.TaskArn,
        Name = container.Name,
        DockerName = container.DockerName,
        RuntimeId = container.RuntimeId,
        Image = container.Image,
        Observed = container.Observed,
        Health = Weakened(container.Facts).Health,
    };
}

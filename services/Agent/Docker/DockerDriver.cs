using System.Diagnostics.CodeAnalysis;
using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Environments;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;
using TaskState = Ecs.Agent.Tasks.TaskState;

namespace Ecs.Agent.Docker;

/// <summary>What the driver must know of the instance that it works for.</summary>
/// <param name="InstanceId">The container instance's id.</param>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="StopTimeout">How long a container has after its stop signal.</param>
/// <param name="AllowsPrivileged">Whether containers may be privileged.</param>
/// <param name="Pulls">When images are pulled.</param>
internal sealed record Instance(
    string InstanceId, string Cluster, TimeSpan StopTimeout, bool AllowsPrivileged, PullBehavior Pulls)
{
    /// <summary>How long Docker may take for a creation.</summary>
    public TimeSpan CreateTimeout { get; init; } = Limits.Create;

    /// <summary>How long Docker may take for a start.</summary>
    public TimeSpan StartTimeout { get; init; } = Limits.Start;
}

/// <summary>Drives one Docker engine.</summary>
internal sealed class DockerDriver(
    Engine engine,
    Images images,
    Instance instance,
    Variables variables,
    HostPorts ports,
    TimeProvider clock,
    ILogger<DockerDriver> log) : IContainerDriver
{
    private readonly Volumes _volumes = new(instance);
    private readonly ContainerWatch _watch = new(engine, images, instance.InstanceId);
    private Action<ContainerSign> _heard = static _ => { };

    /// <inheritdoc/>
    public async Task<Outcome> DoAsync(TaskState task, ContainerState container, Step step, CancellationToken ct)
    {
        var limit = Limits.Of(step, instance, StopTimeoutOf(container));
        using var time = new CancellationTokenSource(limit, clock);
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct, time.Token);
        try
        {
            return await TryAsync(task, container, step, timed.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            log.LogWarning("{Container}: Docker did not {Step} within {Limit}.", container.DockerName, step, limit);
            return new Outcome.TimedOut(Reasons.Timeout(Limits.Word(step), limit));
        }
        catch (DockerApiException fault) when (!DockerFaults.IsPassing(fault))
        {
            return Refusal(container, step, fault);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            // What passes is usual while an engine restarts. What does not is a bug here or there: asking again, ever
            // more slowly, is all that can be done about it.
            var level = DockerFaults.IsPassing(fault) ? LogLevel.Warning : LogLevel.Error;
            log.Log(level, fault, "{Container}: Docker cannot {Step}.", container.DockerName, step);
            return new Outcome.Unreachable();
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeenContainer>> ListAsync(Listing which, CancellationToken ct) =>
        Listings.ListAsync(engine, which, instance.InstanceId, ct);

    /// <inheritdoc/>
    public Task WatchAsync(Action<ContainerSign> heard, CancellationToken ct)
    {
        _heard = heard;
        return _watch.RunAsync(heard, ct);
    }

    /// <inheritdoc/>
    public Task<EngineFacts> DescribeAsync(CancellationToken ct) => EngineFactsReader.ReadAsync(engine, ct);

    private TimeSpan StopTimeoutOf(ContainerState container) =>
        container.Definition.StopTimeout is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : instance.StopTimeout;

    private async Task<Outcome> TryAsync(TaskState task, ContainerState container, Step step, CancellationToken ct)
    {
        var client = await engine.ConnectAsync(ct);
        var id = container.RuntimeId ?? container.DockerName;
        switch (step)
        {
            case Step.Inspect:
                return await InspectAsync(client, task, container, ct);
            case Step.Pull:
                return await PullAsync(task, container, ct);
            case Step.Create:
                return await CreateAsync(client, task, container, ct);
            case Step.Start:
                return await Starting.RunAsync(client, container, id, log, ct);
            case Step.Stop:
                // A wait of 0 is left out of the request, and Docker's own would hold: 10 s.
                var seconds = Math.Max(1, (uint)Math.Ceiling(StopTimeoutOf(container).TotalSeconds));
                var stop = new ContainerStopParameters { WaitBeforeKillSeconds = seconds };
                await client.Containers.StopContainerAsync(id, stop, ct);
                return new Outcome.Finished();
            case Step.Remove:
                var removal = new ContainerRemoveParameters { RemoveVolumes = true };
                return await RemoveAsync(client, task, container, removal, ct);
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "nothing to do");
        }
    }

    // The volumes after the container, gone or not: the Agent may have died between the two.
    private async Task<Outcome> RemoveAsync(
        DockerClient client,
        TaskState task,
        ContainerState container,
        ContainerRemoveParameters removal,
        CancellationToken ct)
    {
        try
        {
            var id = container.RuntimeId ?? container.DockerName;
            await client.Containers.RemoveContainerAsync(id, removal, ct);
        }
        catch (DockerApiException fault) when (fault.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // It is gone already.
        }

        // The task of one that is made anew goes on, and with it the task's volumes.
        if (container.Observed == Observed.Obstructed && task.Desired < Desired.Stopped) return new Outcome.Finished();

        // Of a task that was found in Docker nobody has said yet whether it has volumes.
        if (task.Settings.Volumes is not null || !task.IsDefined)
        {
            await RemoveVolumesAsync(client, task, ct);
        }

        return new Outcome.Finished();
    }

    // What a driver will not remove now is left to the rounds: the task is over in any case.
    private async Task RemoveVolumesAsync(DockerClient client, TaskState task, CancellationToken ct)
    {
        try
        {
            await _volumes.RemoveAsync(client, task.TaskArn, ct);
        }
        catch (DockerApiException fault) when (!DockerFaults.IsPassing(fault))
        {
            log.LogWarning("The volumes of task {Task} stay for now: {Text}", task.Id, DockerFaults.Text(fault));
        }
    }

    private async Task<Outcome> CreateAsync(
        DockerClient client, TaskState task, ContainerState container, CancellationToken ct)
    {
        var image = container.Definition.Image ?? "";
        if (container.Pulls == 0 && images.MustPull(instance.Pulls, image)) return new Outcome.ImageMissing();
        if (Forbidden(container) is { } forbidden) return new Outcome.Refused(forbidden);
        if (!variables.TryRead(container.Definition, out var environment, out var error))
        {
            return new Outcome.Refused(Reasons.ResourceInitialization(error));
        }

        if (await _volumes.EnsureAsync(client, task, container.Definition, ct) is { } refusal)
        {
            return new Outcome.Refused(refusal);
        }

        var (ranges, lacking) = await ports.ChooseAsync(client, container.Definition, ct);
        if (lacking is not null) return new Outcome.Refused(lacking);

        if (!TrySpecify(task, container, (environment, ranges), out var spec, out var why))
        {
            return new Outcome.Refused(why);
        }

        // Creation names no image id. The digest is asked for beside it, and is there before it.
        var digest = images.FindDigestAsync(image, image);
        try
        {
            var created = await client.Containers.CreateContainerAsync(spec, ct);
            images.Used(image);
            return new Outcome.Created(created.ID, await digest);
        }
        // The name of an image may hold a value too, and is pulled: only the words are withheld, not what they mean.
        catch (DockerApiException fault)
            when (Variables.Tells(DockerFaults.Text(fault), container.Definition, environment))
        {
            throw new WithheldException(fault);
        }
    }

    // What the rules of registration let through and cannot be told to Docker: no later try would go better.
    private bool TrySpecify(
        TaskState task,
        ContainerState container,
        (IReadOnlyList<NameValue> Environment, IReadOnlyList<HostRange> Ranges) given,
        [NotNullWhen(true)] out CreateContainerParameters? spec,
        [NotNullWhen(false)] out string? why)
    {
        (spec, why) = (null, null);
        try
        {
            spec = ContainerSpecs.Of(task, container, given.Environment, given.Ranges, instance);
            return true;
        }
        catch (Exception fault)
        {
            log.LogError(fault, "{Container}: the definition cannot be told to Docker.", container.DockerName);
            why = Reasons.CannotCreate($"The definition cannot be told to Docker: {fault.Message}");
            return false;
        }
    }

    private async Task<Outcome> PullAsync(TaskState task, ContainerState container, CancellationToken ct)
    {
        var image = container.Definition.Image ?? "";
        try
        {
            return new Outcome.Pulled(await images.PullAsync(image, Tell, ct));
        }
        catch (InvalidDataException unreadable)
        {
            return new Outcome.Refused(Reasons.CannotPull(unreadable.Message));
        }
        catch (DockerApiException fault)
            when (instance.Pulls is PullBehavior.Default && !DockerFaults.IsPassing(fault))
        {
            if (!await images.HasAsync(image, ct)) return Refusal(container, Step.Pull, fault);

            log.LogWarning("{Container}: the image could not be pulled, and the one that is here is used: {Text}",
                container.DockerName, DockerFaults.Text(fault));
            return new Outcome.Pulled();
        }

        void Tell(ImagePull pull) => _heard(new ContainerSign(task.TaskArn, container.Name, null) { Pull = pull });
    }

    private string? Forbidden(ContainerState container) =>
        container.Definition.Privileged is not true || instance.AllowsPrivileged ? null : Reasons.CannotCreate(
            $"The container is to be privileged, which this Agent does not allow: {AgentSettings.AllowPrivilegedName} "
            + "is not true.");

    private async Task<Outcome> InspectAsync(
        DockerClient client, TaskState task, ContainerState container, CancellationToken ct)
    {
        var found = await client.Containers.InspectContainerAsync(container.RuntimeId ?? container.DockerName, ct);
        if (container.WantedIn(task.Desired) < Desired.Stopped && Inspections.MayBeOutOfMemory(found))
        {
            await Task.Delay(Limits.LateSign, clock, ct);
            found = await client.Containers.InspectContainerAsync(found.ID, ct);
        }

        var labels = found.Config?.Labels ?? new Dictionary<string, string>();
        if (labels.TryGetValue(Labels.Instance, out var owner) is false || owner != instance.InstanceId ||
            labels.TryGetValue(Labels.TaskArn, out var arn) is false || arn != task.TaskArn ||
            !Labels.AreOf(container.DockerName, labels))
        {
            return new Outcome.Foreign();
        }

        return new Outcome.Found(Inspections.Read(found) with
        {
            ImageDigest = container.ImageDigest ?? await images.FindDigestAsync(
                found.Image, found.Config?.Image ?? container.Definition.Image ?? ""),
        });
    }

    private Outcome Refusal(ContainerState container, Step step, DockerApiException fault)
    {
        log.LogInformation("{Container}: Docker refused to {Step}: {Text}",
            container.DockerName, step, DockerFaults.Text(fault));
        return Refusals.Read(step, fault) switch
        {
            Outcome.ImageMissing when instance.Pulls is PullBehavior.Never => new Outcome.Refused(Reasons.CannotPull(
                $"{container.Definition.Image} is not on this machine, and this Agent pulls none: "
                + $"{ImageSettings.PullBehaviorName} is never")),
            var read => read,
        };
    }
}

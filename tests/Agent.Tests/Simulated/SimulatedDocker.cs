using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Simulated;

/// <summary>A double of Docker that counts: one engine's containers, by name, with faults on demand.</summary>
internal sealed class SimulatedDocker(bool hasImage)
{
    private readonly Dictionary<string, Container> _containers = [];
    private bool _hasImage = hasImage;

    public IEnumerable<Container> Containers => _containers.Values;

    /// <summary>How often each name was created, and each container started.</summary>
    public Dictionary<string, int> Creations { get; } = [];

    public Observed See(string name) => _containers.GetValueOrDefault(name)?.Observed ?? Observed.Absent;

    public ContainerHealth? HealthOf(string name) => _containers.GetValueOrDefault(name)?.Facts.Health;

    /// <summary>Told of each creation, before it is done.</summary>
    public Action<ContainerState> Creating { get; set; } = static _ => { };

    public Outcome Do(ContainerState container, Step step)
    {
        var name = container.DockerName;
        var known = _containers.GetValueOrDefault(name);
        switch (step)
        {
            case Step.Inspect:
                return known is null ? new Outcome.Missing() : new Outcome.Found(known.Facts);
            case Step.Pull:
                _hasImage = true;
                return new Outcome.Pulled();
            case Step.Create when known is not null:
                return new Outcome.NameTaken();
            case Step.Create when !_hasImage:
                return new Outcome.ImageMissing();
            case Step.Create:
                Creating(container);
                Creations[name] = Creations.GetValueOrDefault(name) + 1;
                _containers[name] = new Container(name);
                return new Outcome.Created(name, null);
            case Step.Start when known is null:
                return new Outcome.Unreachable();
            case Step.Start:
                known.Start();
                return new Outcome.Started([]);
            case Step.Stop:
                known?.End(143);
                return new Outcome.Finished();
            case Step.Remove:
                _containers.Remove(name);
                return new Outcome.Finished();
            default:
                throw new ArgumentOutOfRangeException(nameof(step));
        }
    }

    internal sealed class Container(string name)
    {
        public string Name { get; } = name;

        public Observed Observed { get; private set; } = Observed.Created;

        public int Starts { get; private set; }

        public int ExitCode { get; private set; }

        public ContainerHealth? Health { get; set; }

        public ContainerFacts Facts => new()
        {
            RuntimeId = Name,
            Observed = Observed,
            ExitCode = Observed == Observed.Ended ? ExitCode : null,
            Health = Observed == Observed.Running ? Health : null,
            StartedAt = Starts > 0 ? Some.Time : null,
            StoppedAt = Observed == Observed.Ended ? Some.Time : null,
        };

        public void Start()
        {
            if (Observed == Observed.Running) return; // As Docker: 304.

            Observed = Observed.Running;
            Starts++;
        }

        public void End(int exitCode)
        {
            if (Observed != Observed.Running) return;

            Observed = Observed.Ended;
            ExitCode = exitCode;
        }
    }
}

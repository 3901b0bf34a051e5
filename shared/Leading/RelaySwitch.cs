using Ecs.Log;

namespace Ecs.Leading;

/// <summary>For tests: holds the relay of every lead of this process, the present and the next ones.</summary>
internal sealed class RelaySwitch
{
    private readonly Lock _gate = new();
    private Relay? _relay;

    public bool IsPaused { get; private set; }

    public void Attach(Relay relay)
    {
        lock (_gate)
        {
            _relay = relay;
            if (IsPaused) relay.Pause();
        }
    }

    public void Pause()
    {
        lock (_gate)
        {
            IsPaused = true;
            _relay?.Pause();
        }
    }

    public void Resume()
    {
        lock (_gate)
        {
            IsPaused = false;
            _relay?.Resume();
        }
    }
}

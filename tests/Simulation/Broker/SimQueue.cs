using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Broker;

/// <summary>
/// One durable queue with one active consumer. A message leaves it when it is acknowledged or set aside; it comes again
/// where its consumer's connection ends before that.
/// </summary>
internal sealed class SimQueue(string name, World world, IUnrest unrest)
{
    private readonly List<SimMessage> _ready = [];
    private readonly List<SimConsumer> _consumers = [];
    private int _delayed;

    /// <summary>Messages that were put into it, copies included.</summary>
    public int Published { get; private set; }

    /// <summary>Messages that were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Messages that were set aside, with their reasons.</summary>
    public List<string> Dead { get; } = [];

    /// <summary>Messages that are in it, those included that somebody works on.</summary>
    public int Depth => _ready.Count + _delayed + _consumers.Sum(consumer => consumer.Unacknowledged.Count);

    /// <summary>Puts a message in, perhaps late and perhaps more than once.</summary>
    public void Publish(SimMessage message)
    {
        foreach (var delay in unrest.Copies())
        {
            Published++;
            _delayed++;
            world.After(delay, () =>
            {
                _delayed--;
                _ready.Add(message);
                Pump();
            });
        }
    }

    /// <summary>Begins to consume.</summary>
    public void Add(SimConsumer consumer)
    {
        if (!_consumers.Contains(consumer)) _consumers.Add(consumer);
        Pump();
    }

    /// <summary>Ends a consumer's connection: what it had not acknowledged comes again.</summary>
    public void Remove(SimConsumer consumer)
    {
        if (_consumers.Remove(consumer)) _ready.InsertRange(0, consumer.Unacknowledged);
        consumer.Unacknowledged.Clear();
        Pump();
    }

    /// <summary>Takes a message off the queue; nothing where its connection has ended meanwhile.</summary>
    public void Acknowledge(SimConsumer consumer, SimMessage message)
    {
        if (!consumer.Unacknowledged.Remove(message)) return;

        Acknowledged++;
        Pump();
    }

    /// <summary>Takes a message off the queue that cannot be handled, and keeps its reason.</summary>
    public void SetAside(SimConsumer consumer, SimMessage message, string reason)
    {
        if (!consumer.Unacknowledged.Remove(message)) return;

        world.Tell(name, $"set aside: {reason}");
        Dead.Add(reason);
        Pump();
    }

    /// <summary>Drops what waits, where nobody consumes: the queue was removed, and is made anew.</summary>
    public void Forget()
    {
        if (_consumers.Count > 0) return;

        Acknowledged += _ready.Count;
        _ready.Clear();
    }

    private void Pump()
    {
        while (_ready.Count > 0 && _consumers is [var active, ..] && active.Unacknowledged.Count < active.AtATime)
        {
            var next = unrest.Next(_ready.Count);
            var message = _ready[next];
            _ready.RemoveAt(next);
            active.Unacknowledged.Add(message);
            world.After(unrest.DeliveryTime(), () =>
            {
                if (active.Unacknowledged.Contains(message)) active.Deliver(message);
            });
        }
    }
}

/// <summary>A message on its way.</summary>
/// <param name="Body">What it says.</param>
/// <param name="Reply">Where the answer goes; null where nobody waits.</param>
internal sealed record SimMessage(object Body, Action<object>? Reply)
{
    /// <summary>Two messages are the same only if they are one: copies say the same.</summary>
    public bool Equals(SimMessage? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}

/// <summary>What the broker does beyond delivering each message once and in order.</summary>
internal interface IUnrest
{
    /// <summary>How late each copy of a message arrives; one entry where all is well.</summary>
    IReadOnlyList<TimeSpan> Copies();

    /// <summary>Which of so many messages goes next; 0 keeps their order.</summary>
    int Next(int count);

    /// <summary>How long a delivery takes.</summary>
    TimeSpan DeliveryTime();
}

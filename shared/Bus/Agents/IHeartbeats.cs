using Ecs.Contracts.Agents;

namespace Ecs.Bus;

/// <summary>The Agents' signs of life: never logged, never kept longer than <see cref="TimeToLive"/>.</summary>
public interface IHeartbeats
{
    /// <summary>How long a heartbeat waits to be heard; an older one would speak of the past.</summary>
    static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(2);

    /// <summary>Sends one. While the broker is away it is dropped: sent later it would tell something untrue.</summary>
    Task SendAsync(Heartbeat beat, CancellationToken ct);

    /// <summary>Hears every heartbeat that is sent from now on, in this process alone.</summary>
    /// <param name="heard">Called for one after another; must be quick.</param>
    /// <param name="ct">Ends the wait for the broker.</param>
    /// <returns>What ends the listening.</returns>
    Task<IAsyncDisposable> ListenAsync(Action<Heartbeat> heard, CancellationToken ct);
}

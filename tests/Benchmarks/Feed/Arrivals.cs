using System.Collections.Concurrent;

namespace Ecs.Benchmarks.Feed;

/// <summary>When each position came to a follower, for the first time.</summary>
internal abstract class Arrivals
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<long, DateTimeOffset> _arrived = new();

    public IReadOnlyDictionary<long, DateTimeOffset> Arrived => _arrived;

    /// <summary>Returns when this position has come.</summary>
    public async Task HasAsync(long position)
    {
        while (!_arrived.ContainsKey(position)) await Task.Delay(Poll);
    }

    protected void Note(long position) => _arrived.TryAdd(position, DateTimeOffset.UtcNow);
}

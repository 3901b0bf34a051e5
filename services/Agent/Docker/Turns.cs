using System.Threading.Channels;
using Ecs.Agent.Tasks;

namespace Ecs.Agent.Docker;

/// <summary>
/// Lets few creations and few starts at a time to the engine: all of a hundred tasks at once stand in each other's way
/// there, and what is created early could start meanwhile. A turn is lent for <see cref="Limits.Turn"/> alone, so that
/// a step which hangs keeps the others no longer than that.
/// </summary>
internal sealed class Turns(TimeProvider clock)
{
    // What stands in a channel is a turn that is taken; those that wait do so in their order.
    private readonly Channel<Step> _creations = Channel.CreateBounded<Step>(Limits.MaxCreations);
    private readonly Channel<Step> _starts = Channel.CreateBounded<Step>(Limits.MaxStarts);

    /// <summary>Waits for the turn of a step, which ends when it is disposed of; null where it needs none.</summary>
    public async Task<IDisposable?> TakeAsync(Step step, CancellationToken ct)
    {
        var places = step switch
        {
            Step.Create => _creations,
            Step.Start => _starts,
            _ => null,
        };
        if (places is null) return null;

        await places.Writer.WriteAsync(step, ct);
        return new Turn(places.Reader, clock);
    }

    private sealed class Turn : IDisposable
    {
        private readonly ITimer _end;
        private ChannelReader<Step>? _places;

        public Turn(ChannelReader<Step> places, TimeProvider clock)
        {
            _places = places;
            _end = clock.CreateTimer(_ => Give(), null, Limits.Turn, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _end.Dispose();
            Give();
        }

        private void Give() => Interlocked.Exchange(ref _places, null)?.TryRead(out _);
    }
}

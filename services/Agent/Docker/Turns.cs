using Ecs.Agent.Tasks;

namespace Ecs.Agent.Docker;

/// <summary>
/// Lets few creations and few starts at a time to the engine: all of a hundred tasks at once stand in each other's way
/// there, and what is created early could start meanwhile. A turn is lent for <see cref="Limits.Turn"/> alone, so that
/// a step which hangs keeps the others no longer than that.
/// </summary>
internal sealed class Turns(TimeProvider clock)
{
    private readonly Places _creations = new(Limits.MaxCreations, Limits.Turn, clock);
    private readonly Places _starts = new(Limits.MaxStarts, Limits.Turn, clock);

    /// <summary>Waits for the turn of a step, which ends when it is disposed of; null where it needs none.</summary>
    public async Task<IDisposable?> TakeAsync(Step step, CancellationToken ct) => step switch
    {
        Step.Create => await _creations.TakeAsync(ct),
        Step.Start => await _starts.TakeAsync(ct),
        _ => null,
    };
}

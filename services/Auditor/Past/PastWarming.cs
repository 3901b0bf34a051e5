using Ecs.Log;

namespace Ecs.Auditor.Past;

/// <summary>
/// Reads a state before the first question comes: what reads, unpacks and folds is compiled by then, and the newest
/// state is there. Nothing depends on it: a log that is away, or cannot be read, is told to whoever asks.
/// </summary>
internal sealed class PastWarming(EventLog log, StateReading states, ILogger<PastWarming> logger) : IHostedService
{
    /// <summary>How long the start of the program waits for it at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var head = (await log.HeadAsync(patience.Token)).LastPosition;
            // The middle first: of what is kept, the newest is the likelier to be asked for.
            await states.FleetAsync(head / 2, patience.Token);
            await states.FleetAsync(head, patience.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("the past was not read in advance: {Reason}", e.Message);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

using Ecs.Bus;
using Ecs.Contracts.Commands;

namespace Ecs.Auditor.Sending;

/// <summary>
/// Takes the Auditor's queue for as long as the program runs; of several Auditors one does, the others wait.
/// </summary>
internal sealed class ReplayService(IServiceEndpoint endpoint, Replays replays) : BackgroundService
{
    /// <summary>How many ranges are sent at a time: each is a reader of the log and a channel of the broker.</summary>
    private const ushort AtATime = 4;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var listening = await endpoint.ListenAsync(
                Services.Auditor, AtATime, replays.AnswerAsync, PassingFaults.IsPassing, stoppingToken);
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops; what was not answered stays in the queue.
        }
    }
}

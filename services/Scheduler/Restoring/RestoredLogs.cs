using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Scheduler.Definitions;

namespace Ecs.Scheduler.Restoring;

/// <summary>
/// Goes on with a log that was restored from a backup. Positions move past all that may have been given out; then the
/// restore is written into the log, as the first that is decided on it: whatever an Agent is told comes after.
/// </summary>
internal static class RestoredLogs
{
    /// <summary>
    /// How long a lead is waited for: longer than a lease lives, and a Scheduler that runs is not waited for. What is
    /// done with the lead takes as long as the log is.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Does all of it. May be run again.</summary>
    /// <returns>What was done, for a person.</returns>
    /// <exception cref="LeaseHeldException">A Scheduler or a Registry runs.</exception>
    /// <exception cref="TimeoutException">A Scheduler began to lead meanwhile.</exception>
    /// <exception cref="UnknownEventException">A newer version than this one wrote the log.</exception>
    public static async Task<string> GoOnAsync(string connection, CancellationToken ct)
    {
        var restored = await LogRestore.BeginAsync(connection, ct);
        var answer = await LeadOnceAsync(connection, new ObserveRestore
        {
            CommandId = Guid.NewGuid().ToString("N"),
            Actor = Services.Scheduler,
            Position = restored.Head.LastPosition,
            Hash = restored.Head.Hash,
            LogTime = restored.Head.LogTime,
            From = restored.From,
        }, ct);
        if (answer.Error is { } error) throw new InvalidOperationException(error.Message);

        var told = answer.Result!.Value.Deserialize<ObserveRestoreResult>(EcsJson.Options)!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The log was restored to position {restored.Head.LastPosition}, {restored.Head.LogTime:O}, and goes on at "
            + $"{restored.From}: {told.Clusters} clusters were told, {told.Ended} tasks that waited are ended.");
    }

    private static async Task<Answer> LeadOnceAsync(string connection, ObserveRestore command, CancellationToken ct)
    {
        await using var log = new EventLog(connection);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        done.CancelAfter(Patience);
        Answer? answer = null;
        Exception? fault = null;
        await new Leadership(log, Services.Scheduler, Environment.MachineName).RunAsync(
            async (lease, lost) =>
            {
                done.CancelAfter(Timeout.InfiniteTimeSpan);
                try
                {
                    answer = await DecideAsync(log, lease, command, lost);
                }
                catch (Exception e)
                {
                    fault = e;
                }

                await done.CancelAsync();
            },
            done.Token);
        if (fault is not null and not OperationCanceledException) ExceptionDispatchInfo.Throw(fault);
        return answer ?? throw new TimeoutException(
            $"within {Patience.TotalSeconds:0} s it could not lead, or it lost its lead: a Scheduler runs, which must "
            + "be stopped first");
    }

    private static async Task<Answer> DecideAsync(
        EventLog log, Lease lease, ObserveRestore command, CancellationToken lost)
    {
        var decider = new FleetDecider(new DefinitionBook(log));
        var reader = new StateReader<FleetState>(log, decider.Service, decider.Kinds);
        var writer = new GroupWriter<FleetState>(
            log, lease, decider, TimeProvider.System, start: token => reader.ToTheEndAsync(null, token));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lost);
        var writing = writer.RunAsync(end.Token);
        try
        {
            return await writer.SubmitAsync(command, lost);
        }
        finally
        {
            await end.CancelAsync();
            await writing;
        }
    }
}

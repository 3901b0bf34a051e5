using System.Data.Common;
using Ecs.Auditor.Requests;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Ecs.Auditor.Replaying;

/// <summary>
/// <c>GET /replay</c>: folds the whole log afresh, page by page, and compares what it comes to with the states that the
/// leaders had and have, by their digests. Says, as JSON lines, how far it is and at last what it found.
/// </summary>
internal sealed class ReplayEndpoint(
    EventLog log,
    IHostApplicationLifetime lifetime,
    ILogger<ReplayEndpoint> logger,
    ICommandSender? sender = null) : IDisposable
{
    /// <summary>States of each service that are compared, the newest: each costs writing a whole state.</summary>
    private const int MaxCompared = 16;

    /// <summary>Events between two lines that say how far it is.</summary>
    private const int ProgressEvery = 50_000;

    private readonly LiveStates _live = new(sender);

    // One at a time: a replay takes a core and the memory of two states.
    private readonly SemaphoreSlim _turn = new(1);

    public async Task AnswerAsync(HttpContext http)
    {
        _ = new Parameters(http.Request.Query);
        if (!await _turn.WaitAsync(TimeSpan.Zero, http.RequestAborted))
        {
            throw RefusedException.Busy("A replay is being made; ask again when it is done.");
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(
                http.RequestAborted, lifetime.ApplicationStopping);
            // Asked before the answer begins, so that a log which is away is still an error with a status.
            await log.HeadAsync(end.Token);
            await JsonLines.BeginAsync(http, end.Token);
            await ReplayAsync(http, end.Token);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task ReplayAsync(HttpContext http, CancellationToken ct)
    {
        try
        {
            var report = await ReportAsync(progress => JsonLines.WriteAsync(http, new { progress }, ct), ct);
            await JsonLines.WriteAsync(http, new { report }, ct);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            // The status is sent: an answer that is cut off is the only way left to say that it is not whole.
            logger.LogWarning("a replay broke off: {Reason}", e.Message);
            http.Abort();
        }
    }

    private async Task<ReplayReport> ReportAsync(Func<ReplayProgress, Task> progress, CancellationToken ct)
    {
        // The marks first: each of them is then within the log that is read.
        var (fleets, definitions) = (
            BeginAsync<FleetState>(new GetFleetDigest(), ct), BeginAsync<Families>(new GetFamiliesDigest(), ct));
        await Task.WhenAll(fleets, definitions);
        var (fleet, families) = (await fleets, await definitions);
        var head = (await log.HeadAsync(ct)).LastPosition;
        var watch = Stopwatch.StartNew();
        var (events, position) = (0L, 0L);
        string? failure = null;
        try
        {
            await foreach (var e in log.ReadFactsAsync(0, head, ct: ct))
            {
                var data = e.Data ?? throw new UnknownEventException(e.Name, e.Position);
                var isDefinition = Arn.TryParse(data.Stream, out var arn) && arn.Kind is ResourceKind.TaskDefinition;
                if (isDefinition) families.Apply(e.Position, data);
                else fleet.Apply(e.Position, data);
                position = e.Position;
                if (++events % ProgressEvery == 0) await progress(new ReplayProgress(position, head));
            }

            position = head;
        }
        catch (UnknownEventException e)
        {
            failure = $"This Auditor is too old to replay this log: {e.Message}.";
        }
        catch (InvalidDataException e)
        {
            failure = $"The log cannot be replayed: {e.Message}.";
        }

        return new ReplayReport(
            failure,
            position,
            events,
            watch.Elapsed.TotalSeconds,
            [await fleet.ResultAsync(log, _live, position, ct), await families.ResultAsync(log, _live, position, ct)]);
    }

    private async Task<ReplayedState<TState>> BeginAsync<TState>(Command query, CancellationToken ct)
        where TState : Model.Snapshots.ISnapshot<TState>
    {
        var service = CommandTypes.Of(query.GetType()).Service;
        var live = await _live.AskAsync<TState>(query, ct);
        return new ReplayedState<TState>(service, await log.NewestStatesAsync<TState>(service, MaxCompared, ct), live);
    }
}

/// <summary>How far a replay is.</summary>
/// <param name="Position">The position that it has come to.</param>
/// <param name="OfPosition">Where it will end.</param>
internal sealed record ReplayProgress(long Position, long OfPosition);

/// <summary>What a replay came to.</summary>
/// <param name="Failure">Why it ended before the end of the log; null where it did not.</param>
/// <param name="Position">Where it ended.</param>
/// <param name="Events">The events that were folded.</param>
/// <param name="Seconds">How long that took.</param>
/// <param name="States">Each service's state.</param>
internal sealed record ReplayReport(
    string? Failure, long Position, long Events, double Seconds, IReadOnlyList<ReplayedDigest> States);

/// <summary>One service's state as the replay has it.</summary>
/// <param name="Service">The service.</param>
/// <param name="Format">The name of the state's form.</param>
/// <param name="Digest">The state's digest at the end; null where an event of it contradicts those before.</param>
/// <param name="Compared">The leaders' states that it was compared with on the way, the living one's too.</param>
/// <param name="LivePosition">The position of the living one's state; null where it is not known.</param>
/// <param name="LiveWhy">Why that is not known; null where it is.</param>
/// <param name="Differences">Those that are others; empty where all are the same.</param>
/// <param name="FirstField">
/// The first field that the first of them has differently; null where that is kept no longer, or where there is none.
/// </param>
internal sealed record ReplayedDigest(
    string Service,
    string Format,
    string? Digest,
    int Compared,
    long? LivePosition,
    string? LiveWhy,
    IReadOnlyList<ReplayDifference> Differences,
    StateField? FirstField);

/// <summary>A state of a leader that the log does not fold to.</summary>
/// <param name="Position">Where.</param>
/// <param name="Leader">The digest of the leader's.</param>
/// <param name="Replayed">The digest of the fold.</param>
/// <param name="IsLive">Whether it is the state that the service has now.</param>
internal sealed record ReplayDifference(long Position, string Leader, string Replayed, bool IsLive);

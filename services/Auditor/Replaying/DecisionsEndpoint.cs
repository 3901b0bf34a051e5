using System.Data.Common;
using Ecs.Auditor.Past;
using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Auditor.Replaying;

/// <summary>
/// <c>GET /replay/decisions</c>: decides the recorded commands again, of the whole log or from the commit that
/// <c>from</c> is in to that of <c>to</c>, and says, as JSON lines, how far it is and at last what is decided
/// otherwise.
/// </summary>
internal sealed class DecisionsEndpoint(
    EventLog log, Moments moments, IHostApplicationLifetime lifetime, ILogger<DecisionsEndpoint> logger) : IDisposable
{
    /// <summary>Commits between two lines that say how far it is.</summary>
    private const int ProgressEvery = 1_000;

    private static readonly LogFilter Definitions = new() { Kinds = OwnedKinds.Registry };

    // One at a time: it takes a core and the memory of two states.
    private readonly SemaphoreSlim _turn = new(1);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    public async Task AnswerAsync(HttpContext http)
    {
        var span = await SpanAsync(new Parameters(http.Request.Query, "from", "to"), http.RequestAborted);
        if (!await _turn.WaitAsync(TimeSpan.Zero, http.RequestAborted))
        {
            throw RefusedException.Busy("Decisions are being replayed; ask again when that is done.");
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(
                http.RequestAborted, lifetime.ApplicationStopping);
            await JsonLines.BeginAsync(http, end.Token);
            await ReplayAsync(http, span, end.Token);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ReplayAsync(HttpContext http, Span span, CancellationToken ct)
    {
        try
        {
            var report = await ReportAsync(span, progress => JsonLines.WriteAsync(http, new { progress }, ct), ct);
            await JsonLines.WriteAsync(http, new { report }, ct);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            // The status is sent: an answer that is cut off is the only way left to say that it is not whole.
            logger.LogWarning("a replay of decisions broke off: {Reason}", e.Message);
            http.Abort();
        }
    }

    private async Task<DecisionsReport> ReportAsync(
        Span span, Func<DecisionsProgress, Task> progress, CancellationToken ct)
    {
        var replay = new DecisionReplay(FleetState.Empty, Families.Empty);
        var (commits, position) = (0L, 0L);
        string? failure = null;
        try
        {
            await foreach (var commit in log.ReadDecisionsAsync(span.After, span.UpTo, ct))
            {
                if (commits == 0) replay = await BeginAsync(commit.Before, ct);
                replay.Add(commit);
                commits++;
                position = commit.LastPosition;
                if (commits % ProgressEvery == 0)
                {
                    await progress(new DecisionsProgress(commits, span.UpTo - span.After, position, span.End));
                }
            }
        }
        catch (UnknownEventException e)
        {
            failure = $"This Auditor is too old to replay this log: {e.Message}.";
        }
        catch (InvalidDataException e)
        {
            failure = $"The log cannot be replayed: {e.Message}.";
        }

        return new DecisionsReport(
            failure,
            commits,
            position,
            replay.Compared,
            replay.Events,
            replay.Different,
            replay.Versions,
            replay.Differences);
    }

    /// <summary>What stood in front of the first command: states, and all definitions that tasks were run of.</summary>
    private async Task<DecisionReplay> BeginAsync(long before, CancellationToken ct)
    {
        if (before == 0) return new DecisionReplay(FleetState.Empty, Families.Empty);

        var fleet = await new StateReader<FleetState>(log, Services.Scheduler, OwnedKinds.Scheduler, logger)
            .AtAsync(before, ct);
        var families = await new StateReader<Families>(log, Services.Registry, OwnedKinds.Registry, logger)
            .AtAsync(before, ct);
        var replay = new DecisionReplay(fleet, families);
        await foreach (var e in log.ReadAsync(0, before, Definitions, ct))
        {
            if (e.Data is TaskDefinitionRegistered registered) replay.Know(registered);
        }

        return replay;
    }

    private async Task<Span> SpanAsync(Parameters parameters, CancellationToken ct)
    {
        var from = parameters.Text("from") is { } first ? await moments.FindAsync(first, "from", ct) : null;
        var to = parameters.Text("to") is { } last ? await moments.FindAsync(last, "to", ct) : null;
        Moments.CheckOrder(from, to);
        var after = from?.Mark is { } mark ? mark.Number - 1 : 0;
        if (to is not null) return new Span(after, to.Mark?.Number ?? 0, to.Position);

        var head = await log.HeadAsync(ct);
        return new Span(after, head.Number, head.LastPosition);
    }

    /// <summary>Commits, by number: those behind one, up to another; and the position that they end at.</summary>
    private sealed record Span(long After, long UpTo, long End);
}

/// <summary>How far a replay of decisions is.</summary>
/// <param name="Commits">Commits that are done.</param>
/// <param name="OfCommits">All that are to do.</param>
/// <param name="Position">The position that it has come to.</param>
/// <param name="OfPosition">Where it will end.</param>
internal sealed record DecisionsProgress(long Commits, long OfCommits, long Position, long OfPosition);

/// <summary>What a replay of decisions came to.</summary>
/// <param name="Failure">Why it ended before the last commit; null where it did not.</param>
/// <param name="Commits">The commits that were read whole.</param>
/// <param name="Position">The position that the last of them ends at; 0 where there was none.</param>
/// <param name="Compared">Commands that were decided again: those of today's rules.</param>
/// <param name="Events">The events that they led to.</param>
/// <param name="Different">How many of them are decided otherwise.</param>
/// <param name="Versions">Which rules decided how much.</param>
/// <param name="Differences">The first of the commands that are decided otherwise.</param>
internal sealed record DecisionsReport(
    string? Failure,
    long Commits,
    long Position,
    long Compared,
    long Events,
    long Different,
    IReadOnlyList<DecidedBy> Versions,
    IReadOnlyList<DecisionDifference> Differences);

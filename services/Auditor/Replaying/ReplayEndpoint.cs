using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Ecs.Auditor.Replaying;

/// <summary>
/// <c>GET /replay</c>: folds the whole log afresh, page by page, and compares what it comes to with the states that the
/// leaders themselves had, by their digests.
/// </summary>
internal sealed class ReplayEndpoint(EventLog log) : IDisposable
{
    /// <summary>States of each service that are compared, the newest: each costs writing a whole state.</summary>
    private const int MaxCompared = 16;

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
            await http.Response.WriteAsJsonAsync(
                await ReplayAsync(http.RequestAborted), EcsJson.Options, http.RequestAborted);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<ReplayView> ReplayAsync(CancellationToken ct)
    {
        // The marks first: each of them is then within the log that is read.
        var fleet = new ReplayedState<FleetState>(
            Services.Scheduler, await log.NewestStatesAsync<FleetState>(Services.Scheduler, MaxCompared, ct));
        var families = new ReplayedState<Families>(
            Services.Registry, await log.NewestStatesAsync<Families>(Services.Registry, MaxCompared, ct));
        var head = (await log.HeadAsync(ct)).LastPosition;
        var watch = Stopwatch.StartNew();
        long events = 0;
        try
        {
            await foreach (var e in log.ReadAsync(0, head, ct: ct))
            {
                var data = e.Data ?? throw new UnknownEventException(e.Name, e.Position);
                var isDefinition = Arn.TryParse(e.Stream, out var arn) && arn.Kind is ResourceKind.TaskDefinition;
                if (isDefinition) families.Apply(e.Position, data);
                else fleet.Apply(e.Position, data);
                events++;
            }
        }
        catch (UnknownEventException e)
        {
            throw RefusedException.NotYet($"This Auditor is too old to replay this log: {e.Message}");
        }
        catch (InvalidDataException e)
        {
            throw RefusedException.Corrupt($"The log cannot be replayed: {e.Message}");
        }

        return new ReplayView(head, events, watch.Elapsed.TotalSeconds, [fleet.Result(head), families.Result(head)]);
    }
}

/// <summary>What a replay came to.</summary>
/// <param name="Position">The end of the log that was replayed.</param>
/// <param name="Events">The events that were folded.</param>
/// <param name="Seconds">How long that took.</param>
/// <param name="States">Each service's state.</param>
internal sealed record ReplayView(long Position, long Events, double Seconds, IReadOnlyList<ReplayedDigest> States);

/// <summary>One service's state as the replay has it.</summary>
/// <param name="Service">The service.</param>
/// <param name="Format">The name of the state's form.</param>
/// <param name="Digest">The state's digest at the end.</param>
/// <param name="Compared">The leader's states that it was compared with on the way.</param>
/// <param name="Differences">Those that are others; empty where all are the same.</param>
internal sealed record ReplayedDigest(
    string Service, string Format, string Digest, int Compared, IReadOnlyList<ReplayDifference> Differences);

/// <summary>A state of a leader that the log does not fold to.</summary>
/// <param name="Position">Where.</param>
/// <param name="Leader">The digest of the leader's.</param>
/// <param name="Replayed">The digest of the fold.</param>
internal sealed record ReplayDifference(long Position, string Leader, string Replayed);

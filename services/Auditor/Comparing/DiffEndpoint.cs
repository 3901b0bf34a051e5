using System.Globalization;
using Ecs.Auditor.History;
using Ecs.Auditor.Past;
using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Log;

namespace Ecs.Auditor.Comparing;

/// <summary><c>GET /diff?from=&amp;to=</c>: what became different between two moments, and by which commands.</summary>
internal sealed class DiffEndpoint(EventLog log, StateReading states, Moments moments)
{
    /// <summary>The longest range in events: some seconds of reading.</summary>
    private const long MaxRange = 200_000;

    /// <summary>The most differences of one kind that an answer holds; the counts say how many there are.</summary>
    private const int MaxEntries = 10_000;

    public async Task AnswerAsync(HttpContext http)
    {
        var parameters = new Parameters(http.Request.Query, "from", "to", "account", "region", "cluster");
        var (from, to) = await moments.RangeAsync(parameters, http.RequestAborted);
        if (await log.HasMoreThanAsync(MaxRange, from.Position, to.Position, http.RequestAborted))
        {
            throw RefusedException.Wrong("to", string.Create(
                CultureInfo.InvariantCulture,
                $"is too far from from: there are more than {MaxRange} events between them, which can be compared."));
        }

        var view = await ReadAsync(
            from, to, PlaceAsked.Read(parameters), http.RequestAborted);
        Moments.Tell(http.Response, to);
        await http.Response.WriteAsJsonAsync(view, EcsJson.Options, http.RequestAborted);
    }

    private async Task<DiffView> ReadAsync(
        LogMoment from, LogMoment to, PlaceAsked asked, CancellationToken ct)
    {
        var comparison = new Comparison(await states.FleetAsync(from, ct), asked);
        await foreach (var e in log.ReadAsync(from.Position, to.Position, ct: ct)) comparison.Add(e);
        if (!comparison.IsAskedThere && to.Mark is not null)
        {
            throw RefusedException.Unknown(
                $"There was no cluster '{asked.Cluster}' from position {from.Position} to {to.Position}.", "cluster");
        }

        var found = comparison.Result();
        return new DiffView
        {
            From = from.Position,
            FromTime = from.LogTime,
            To = to.Position,
            ToTime = to.LogTime,
            Started = await ListAsync(found.Started, ct),
            Stopped = await ListAsync(found.Stopped, ct),
            Moved = await ListAsync(found.Moved, ct),
            Changed = await ListAsync(found.Changed, ct),
        };
    }

    private async Task<DiffList> ListAsync(IReadOnlyList<Difference> found, CancellationToken ct)
    {
        var shown = found.OrderBy(difference => difference.Made.Position).Take(MaxEntries).ToList();
        var causes = await log.FindCausesAsync([.. shown.Select(difference => difference.Made.Position)], ct);
        return new DiffList(found.Count, [.. shown.Select(difference => new DiffEntry
        {
            Of = difference.Made.Stream,
            What = Telling.Of(difference.Made),
            Fields = difference.Fields,
            Position = difference.Made.Position,
            Time = difference.Made.LogTime,
            Actor = difference.Made.Actor,
            Command = HistoryCommand.Of(causes.GetValueOrDefault(difference.Made.Position)),
        })]);
    }
}

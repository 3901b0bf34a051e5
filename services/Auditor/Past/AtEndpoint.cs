using System.Text.Json;
using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model;
using Ecs.Rules.Queries;

namespace Ecs.Auditor.Past;

/// <summary>
/// <c>POST /at/&lt;moment&gt;/&lt;query&gt;</c>: a query of the house, in its JSON, answered as it would have been
/// answered then, by the rules that answer it now. What writes is refused.
/// </summary>
internal sealed class AtEndpoint(EventLog log, StateReading states, Moments moments)
{
    /// <summary>The largest body in bytes: that of the Gateway.</summary>
    private const int MaxBody = 1024 * 1024;

    public async Task AnswerAsync(HttpContext http, string at, string name)
    {
        var moment = await moments.FindAsync(Uri.UnescapeDataString(at), "at", http.RequestAborted);
        if (CommandTypes.Find(name) is not { } type)
        {
            throw RefusedException.Wrong("query", $"'{name}' is none of the house.");
        }

        if (!type.IsQuery) throw RefusedException.Wrong("query", $"'{name}' writes, and the past cannot be changed.");

        var query = await ReadAsync(http, type);
        var answer = await AnswerAsync(query, type, moment, http.RequestAborted);
        Moments.Tell(http.Response, moment);
        await http.Response.WriteAsJsonAsync(
            answer with { Position = moment.Position }, EcsJson.Options, http.RequestAborted);
    }

    private static async Task<Command> ReadAsync(HttpContext http, CommandType type)
    {
        if (http.Request.ContentLength is not (>= 0 and <= MaxBody))
        {
            throw RefusedException.Wrong("body", $"must have a Content-Length of at most {MaxBody} bytes.");
        }

        try
        {
            return (Command?)await JsonSerializer.DeserializeAsync(
                http.Request.Body, type.Type, EcsJson.Strict, http.RequestAborted)
                ?? throw RefusedException.Wrong("body", "must be a query in JSON.");
        }
        catch (JsonException e)
        {
            throw RefusedException.Wrong("body", $"cannot be read: {e.Message}");
        }
    }

    private async Task<Answer> AnswerAsync(
        Command query, CommandType type, LogMoment moment, CancellationToken ct)
    {
        // What an Agent is to do, and what a leader has in its memory, are no questions about the past.
        if (query is GetAssignments or IAsksState)
        {
            throw RefusedException.Wrong("query", "is one of programs of the house, which act now.");
        }

        if (type.Service is Services.Registry)
        {
            return RegistryQueries.Answer(await states.FamiliesAsync(moment, ct), query);
        }

        var fleet = await states.FleetAsync(moment, ct);
        var forgotten = TaskQueries.Forgotten(fleet, query);
        var decision = forgotten.Count == 0
            ? FleetQueries.Answer(fleet, query)
            : FleetQueries.Answer(fleet, query, TaskQueries.Fold(await ReadAsync(forgotten, moment, ct)));
        return new Answer
        {
            CommandId = query.CommandId,
            Result = decision.Result is { } result
                ? JsonSerializer.SerializeToElement(result, result.GetType(), EcsJson.Options)
                : null,
            Error = Told(decision, moment),
        };
    }

    private async Task<IEnumerable<(string, Contracts.Events.IEvent?)>> ReadAsync(
        IReadOnlyCollection<string> streams, LogMoment moment, CancellationToken ct)
    {
        var wanted = streams.ToDictionary(arn => arn, _ => 0L, StringComparer.Ordinal);
        return (await log.ReadStreamsAsync(wanted, ct))
            .Where(e => e.Position <= moment.Position)
            .Select(e => (e.Stream, e.Data));
    }

    // Whoever asks about a time before the log finds nothing, and is told why.
    private static CommandError? Told(Decision decision, LogMoment moment) =>
        decision.Error is { } error && moment.Mark is null
            ? error with { Message = $"{error.Message} (The log was still empty then.)" }
            : decision.Error;
}

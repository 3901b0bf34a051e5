using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Queries;

namespace Ecs.Scheduler.Queries;

/// <summary>The queries of the Scheduler, with what its working state has forgotten read from the log.</summary>
internal sealed class SchedulerQueries(EventLog log)
{
    /// <summary>Answers one query; tasks that stopped long ago are read from their own streams.</summary>
    public async Task<Decision> AnswerAsync(FleetState fleet, Command query, CancellationToken token)
    {
        var forgotten = TaskQueries.Forgotten(fleet, query);
        if (forgotten.Count == 0) return FleetQueries.Answer(fleet, query);

        var wanted = forgotten.ToDictionary(arn => arn, _ => 0L, StringComparer.Ordinal);
        var events = await log.ReadStreamsAsync(wanted, token);
        return FleetQueries.Answer(fleet, query, TaskQueries.Fold(events.Select(e => (e.Stream, e.Data))));
    }
}

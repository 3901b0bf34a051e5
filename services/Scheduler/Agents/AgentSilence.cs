using Ecs.Contracts.Commands;
using Ecs.Model.Fleet;

namespace Ecs.Scheduler.Agents;

/// <summary>Which Agents are heard and which have fallen silent: a comparison of heartbeats with the state.</summary>
internal static class AgentSilence
{
    /// <summary>
    /// The command that brings the state up to what was heard; null where it is so already. Only instances whose
    /// connection changes are named.
    /// </summary>
    /// <param name="fleet">What the log says.</param>
    /// <param name="silences">How long each instance has been silent; one that is missing was never heard.</param>
    /// <param name="known">
    /// How long this leader has known each instance in its present session, and connected: before, it cannot have been
    /// heard.
    /// </param>
    /// <param name="limit">The silence after which an Agent counts as disconnected.</param>
    public static ObserveAgents? Compare(
        FleetState fleet,
        IReadOnlyDictionary<string, TimeSpan> silences,
        IReadOnlyDictionary<string, TimeSpan> known,
        TimeSpan limit)
    {
        var heard = new List<string>();
        var silent = new List<string>();
        foreach (var instance in fleet.Instances)
        {
            var wasHeard = silences.TryGetValue(instance.Arn, out var silence);
            var sinceKnown = known.GetValueOrDefault(instance.Arn);
            if (instance.AgentConnected)
            {
                if (sinceKnown > limit && (!wasHeard || silence > limit)) silent.Add(instance.Arn);
            }
            else if (wasHeard && silence <= limit)
            {
                heard.Add(instance.Arn);
            }
        }

        return heard.Count + silent.Count == 0 ? null : new ObserveAgents { Heard = heard, Silent = silent };
    }
}

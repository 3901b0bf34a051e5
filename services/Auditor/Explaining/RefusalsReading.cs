using Ecs.Auditor.History;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;

namespace Ecs.Auditor.Explaining;

/// <summary>Reads what a cluster refused of late; an account that an earlier refusal has is found there.</summary>
internal sealed class RefusalsReading(EventLog log)
{
    /// <summary>The refusals that are told: what was refused longer ago is in the cluster's history.</summary>
    public const int MaxTold = 10;

    /// <summary>The latest refusals of a cluster, the latest first.</summary>
    public async Task<RefusalsExplanation> ReadAsync(string clusterArn, CancellationToken ct)
    {
        var latest = new Queue<RefusalView>();
        var accounts = new Latest();
        var filter = new LogFilter { Streams = [clusterArn] };
        await foreach (var e in log.ReadAsync(0, filter: filter, ct: ct))
        {
            if (e.Data is not TaskPlacementFailed failed) continue;

            latest.Enqueue(accounts.Tell(e, failed));
            if (latest.Count > MaxTold) latest.Dequeue();
        }

        var causes = await log.FindCausesAsync([.. latest.Select(refusal => refusal.Position)], ct);
        IReadOnlyList<RefusalView> refusals =
        [
            .. latest.Reverse().Select(refusal => refusal with
            {
                Command = HistoryCommand.Of(causes.GetValueOrDefault(refusal.Position)),
            }),
        ];
        return new RefusalsExplanation(
            clusterArn,
            RefusalsText.Summary(clusterArn, refusals),
            refusals,
            await MachinesAsync(refusals.Select(refusal => refusal.Account), ct));
    }

    // From the instances' own streams: no state has to be folded for a name.
    private async Task<IReadOnlyDictionary<string, string>> MachinesAsync(
        IEnumerable<PlacementAccount?> accounts, CancellationToken ct)
    {
        var streams = accounts.SelectMany(Machines.Named).Distinct(StringComparer.Ordinal)
            .ToDictionary(arn => arn, _ => 0L, StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var e in await log.ReadStreamsAsync(streams, ct))
        {
            var profile = e.Data switch
            {
                ContainerInstanceRegistered registered => registered.Profile,
                ContainerInstanceConnected connected => connected.Profile,
                _ => null,
            };
            if (profile is not null) names[e.Stream] = profile.Hostname;
        }

        return names;
    }

    // A refusal whose account is not its own names the version of the one that has it, which is always the latest that
    // has one.
    private sealed class Latest
    {
        private (long Version, long Position, PlacementAccount Account)? _full;

        public RefusalView Tell(StoredEvent e, TaskPlacementFailed failed)
        {
            if (failed.Account is { } own) _full = (e.Version, e.Position, own);
            var earlier = failed.AccountIn is { } version && _full?.Version == version ? _full : null;
            return new RefusalView
            {
                Position = e.Position,
                At = failed.At,
                Actor = e.Actor,
                TaskDefinitionArn = failed.TaskDefinitionArn,
                Count = failed.Count,
                Group = failed.Group,
                Account = failed.Account ?? earlier?.Account,
                AccountFrom = earlier?.Position,
                Failures = failed.Failures,
            };
        }
    }
}

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

    /// <summary>
    /// The events of the cluster's stream that are looked at: beside refusals it has only the cluster's making and
    /// deleting.
    /// </summary>
    private const int MaxRead = 100;

    /// <summary>The latest refusals of a cluster, the latest first.</summary>
    public async Task<RefusalsExplanation> ReadAsync(string clusterArn, CancellationToken ct)
    {
        var latest = (await log.ReadLatestAsync(clusterArn, MaxRead, ct))
            .Where(e => e.Data is TaskPlacementFailed)
            .Take(MaxTold)
            .ToList();
        var elsewhere = latest.Select(e => ((TaskPlacementFailed)e.Data!).AccountIn).OfType<long>().ToHashSet();
        var accounts = (await log.ReadVersionsAsync(clusterArn, elsewhere, ct)).ToDictionary(e => e.Version);

        var causes = await log.FindCausesAsync([.. latest.Select(e => e.Position)], ct);
        IReadOnlyList<RefusalView> refusals =
            [.. latest.Select(e => Tell(e, accounts, causes.GetValueOrDefault(e.Position)))];
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

    // A refusal whose account is not its own names the version of the one that has it.
    private static RefusalView Tell(
        StoredEvent e, IReadOnlyDictionary<long, StoredEvent> accounts, CausingCommand? cause)
    {
        var failed = (TaskPlacementFailed)e.Data!;
        var earlier = failed.AccountIn is { } version ? accounts.GetValueOrDefault(version) : null;
        return new RefusalView
        {
            Position = e.Position,
            At = failed.At,
            Actor = e.Actor,
            TaskDefinitionArn = failed.TaskDefinitionArn,
            Count = failed.Count,
            Group = failed.Group,
            Account = failed.Account ?? (earlier?.Data as TaskPlacementFailed)?.Account,
            AccountFrom = earlier?.Position,
            Failures = failed.Failures,
            Command = HistoryCommand.Of(cause),
        };
    }
}

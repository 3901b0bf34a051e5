using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Explaining;

/// <summary>Machines' own names, since nobody knows an instance by its id.</summary>
internal static class Machines
{
    /// <summary>The names of the instances that an account and a placement name.</summary>
    public static IReadOnlyDictionary<string, string> Of(FleetState state, string? chosen, PlacementAccount? account)
    {
        var machines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var arn in Named(account).Append(chosen))
        {
            if (arn is not null && state.FindInstance(arn) is { } instance) machines[arn] = instance.Profile.Hostname;
        }

        return machines;
    }

    /// <summary>The ARNs of the instances that an account names.</summary>
    public static IEnumerable<string> Named(PlacementAccount? account) =>
        (account?.Filters ?? []).SelectMany(filter => filter.First.Select(failure => failure.Arn).OfType<string>())
            .Concat((account?.Best ?? []).Select(candidate => candidate.ContainerInstanceArn));
}

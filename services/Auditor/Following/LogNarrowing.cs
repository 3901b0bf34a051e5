using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Log;

namespace Ecs.Auditor.Following;

/// <summary>
/// Which events a reader wants, in the words that <c>GET /log</c> and <c>replay-events</c> have in common; what is null
/// does not narrow.
/// </summary>
internal sealed record LogNarrowing
{
    private const int AccountDigits = 12;

    public string? Kind { get; init; }

    public string? Event { get; init; }

    public string? Cluster { get; init; }

    public string? Family { get; init; }

    public string? Instance { get; init; }

    public string? Task { get; init; }

    public string? Account { get; init; }

    public string? Region { get; init; }

    /// <summary>What it lets through; null for everything.</summary>
    /// <exception cref="RefusedException">A word is none.</exception>
    public LogFilter? ToFilter()
    {
        if (this == new LogNarrowing()) return null;
        if (Account is not null && (Account.Length != AccountDigits || !Account.All(char.IsAsciiDigit)))
        {
            throw RefusedException.Wrong("account", $"must be {AccountDigits} digits.");
        }

        foreach (var (name, value) in new[] { ("task", Task), ("instance", Instance) })
        {
            if (value is not null && value.Any(c => !char.IsAsciiLetterOrDigit(c)))
            {
                throw RefusedException.Wrong(name, "must be an id: the last part of its ARN.");
            }
        }

        return new LogFilter
        {
            Kinds = Kind is { } kinds ? [.. kinds.Split(',').Select(KindOf)] : null,
            Names = Event is { } names ? [.. names.Split(',').Select(NameOf)] : null,
            Places = new LogPlaces(Account, Region, Cluster, Family) { Instance = Instance, Task = Task },
        };
    }

    private static ResourceKind KindOf(string word) =>
        Enum.GetValues<ResourceKind>().Where(kind => Arn.Word(kind) == word).Cast<ResourceKind?>().FirstOrDefault()
        ?? throw RefusedException.Wrong(
            "kind", $"must be of {string.Join(", ", Enum.GetValues<ResourceKind>().Select(Arn.Word))}, not '{word}'.");

    // One that only an older version wrote is stored under its own name.
    private static string NameOf(string name) => EventTypes.Find(name) is not null || Upcasters.Known.Concern(name)
        ? name
        : throw RefusedException.Wrong("event", $"must be the name of an event, such as task-running, not '{name}'.");
}

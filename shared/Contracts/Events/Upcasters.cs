using System.Text.Json.Nodes;

namespace Ecs.Contracts.Events;

/// <summary>
/// Brings a stored event of an older version to today's form; null where its form is today's. It is pure, and it sees
/// the one event and nothing else.
/// </summary>
/// <param name="older">The fact as it was stored; it may be changed.</param>
/// <returns>The stored name that the fact has today, and the fact in the form of that.</returns>
public delegate (string Name, JsonObject Data)? Upcast(JsonObject older);

/// <summary>
/// What was stored once is read for ever. A member that is only added needs nothing here: it is null where an older
/// version wrote. Where a member is renamed, dropped or made of another kind, or an event becomes another one, the old
/// form gets its <see cref="Upcast"/> here, under the name that it was stored with. Nothing stored is ever rewritten,
/// and what is published or exported is what was stored.
/// </summary>
/// <param name="byName">The steps, by the stored name of the older form.</param>
public sealed class Upcasters(IReadOnlyDictionary<string, Upcast> byName)
{
    /// <summary>A step may lead to a form that is old, too; never through more forms than this.</summary>
    private const int MaxSteps = 16;

    /// <summary>
    /// Those of this version. None yet: since the first version members were only added, which the corpus of events and
    /// the logs of earlier versions, both kept with the tests, show.
    /// </summary>
    public static Upcasters Known { get; internal set; } = new(new Dictionary<string, Upcast>(StringComparer.Ordinal));

    /// <summary>Whether an event of this name may be of an older form.</summary>
    public bool Concern(string name) => byName.ContainsKey(name);

    /// <summary>The event in today's form.</summary>
    /// <exception cref="InvalidOperationException">The steps go round in a circle.</exception>
    public (string Name, JsonObject Data) ToToday(string name, JsonObject data)
    {
        for (var steps = 0; steps <= MaxSteps; steps++)
        {
            if (byName.GetValueOrDefault(name)?.Invoke(data) is not { } next) return (name, data);

            (name, data) = next;
        }

        throw new InvalidOperationException($"the upcasters of '{name}' do not come to an end");
    }
}

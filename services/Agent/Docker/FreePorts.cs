using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>Finds ports that follow each other and are free.</summary>
internal static class FreePorts
{
    /// <summary>The first such ports from a place on, then from the beginning; null where there are none.</summary>
    /// <param name="count">How many, at least one.</param>
    /// <param name="within">Where they are to be.</param>
    /// <param name="from">The place; one outside is the beginning.</param>
    /// <param name="taken">The ports that are not free.</param>
    public static PortRange? Find(int count, PortRange within, int from, IReadOnlySet<int> taken) =>
        (within.Contains(from) ? First(count, within with { First = from }, taken) : null)
        ?? First(count, within, taken);

    private static PortRange? First(int count, PortRange within, IReadOnlySet<int> taken)
    {
        var free = 0;
        for (var port = within.First; port <= within.Last; port++)
        {
            free = taken.Contains(port) ? 0 : free + 1;
            if (free == count) return new PortRange(port - count + 1, port);
        }

        return null;
    }
}

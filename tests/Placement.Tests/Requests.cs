using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Placement.Asking;

namespace Ecs.Placement.Tests;

/// <summary>Requests in few words: <c>spread:attribute:zone</c>, <c>binpack:cpu</c>, <c>random</c>; <c>distinct</c> or an expression.</summary>
internal static class Requests
{
    public static PlacementRequest Of(
        int cpu = 256,
        int memory = 512,
        string group = "web",
        string seed = "seed",
        int[]? ports = null,
        string[]? constraints = null,
        params string[] strategies)
    {
        Assert.True(
            PlacementRequest.TryCreate(
                new Reservation { Cpu = cpu, Memory = memory, Ports = ports ?? [] },
                group,
                ([.. (constraints ?? []).Select(Constraint)], [.. strategies.Select(Strategy)]),
                seed,
                out var request,
                out var error),
            error?.Message);
        return request;
    }

    private static PlacementConstraint Constraint(string text) => text == "distinct"
        ? new PlacementConstraint { Type = "distinctInstance" }
        : new PlacementConstraint { Type = "memberOf", Expression = text };

    private static PlacementStrategy Strategy(string text)
    {
        var parts = text.Split(':', 2);
        return new PlacementStrategy { Type = parts[0], Field = parts.Length > 1 ? parts[1] : null };
    }
}

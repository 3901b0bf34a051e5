using System.Globalization;
using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.ClusterQueries;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;

namespace Ecs.Auditor.Simulating;

/// <summary>Reads the strategies and the instances that a simulation asks for.</summary>
internal static class AskedFleet
{
    /// <summary>The most instances of another fleet.</summary>
    public const int MaxInstances = 10_000;

    /// <summary>The most cpu units, and the most MiB, of one instance.</summary>
    public const int MaxAmount = 100_000_000;

    private const string Form =
        "must be groups such as 3xcpu:4096,memory:8192,attribute:zone=a, with a semicolon between two";

    /// <summary>Strategies such as <c>binpack:memory,spread:attribute:zone</c>; <c>first-fit</c> is none.</summary>
    /// <returns>Null where nothing is asked.</returns>
    /// <exception cref="RefusedException">There is no such strategy.</exception>
    public static IReadOnlyList<PlacementStrategy>? Strategies(string? text)
    {
        if (text is null) return null;

        IReadOnlyList<PlacementStrategy> strategies = text == PlacementRules.FirstFit
            ? []
            : [.. text.Split(',').Select(word => word.Split(':', 2)).Select(word => new PlacementStrategy
            {
                Type = word[0],
                Field = word.ElementAtOrDefault(1),
            })];
        return PlacementRules.TryRead(null, strategies, out _, out var error)
            ? strategies
            : throw RefusedException.Wrong(
                "strategy", $"'{text}' is wrong: {error.Message} Or say {PlacementRules.FirstFit}.");
    }

    /// <summary>
    /// Instances such as <c>3xcpu:4096,memory:8192,attribute:zone=a</c>. They say of themselves what the cluster's own
    /// say with one voice (<paramref name="common"/>), and over that the attributes that are given.
    /// </summary>
    /// <returns>Null where nothing is asked.</returns>
    /// <exception cref="RefusedException">The words have no such form, or ask for too much.</exception>
    public static IReadOnlyList<ContainerInstanceRegistered>? Instances(
        string? text, Arn cluster, IReadOnlyList<NameValue> common, DateTimeOffset at)
    {
        if (text is null) return null;

        var fleet = new List<ContainerInstanceRegistered>();
        foreach (var group in text.Split(';'))
        {
            var times = group.IndexOf('x', StringComparison.Ordinal);
            var count = Number(times < 0 ? "" : group[..times], MaxInstances, group);
            if (fleet.Count + count > MaxInstances) throw Wrong(group, $"there are more than {MaxInstances} instances");

            var (cpu, memory, attributes) = Group(group, group[(times + 1)..]);
            for (var i = 0; i < count; i++)
            {
                fleet.Add(Instance(fleet.Count + 1, cluster, (cpu, memory), common, attributes, at));
            }
        }

        return fleet;
    }

    /// <summary>The attributes that all instances of a cluster have, with the same values.</summary>
    public static IReadOnlyList<NameValue> Common(IEnumerable<InstanceState> instances)
    {
        Dictionary<string, string?>? common = null;
        foreach (var instance in instances)
        {
            common = (common ?? instance.Attributes.AsEnumerable())
                .Where(own => instance.Attributes.TryGetValue(own.Key, out var value) && value == own.Value)
                .ToDictionary(StringComparer.Ordinal);
        }

        return [.. (common ?? []).OrderBy(own => own.Key, StringComparer.Ordinal)
            .Select(own => new NameValue(own.Key, own.Value))];
    }

    private static (int Cpu, int Memory, Dictionary<string, string?> Attributes) Group(string group, string words)
    {
        var (cpu, memory) = ((int?)null, (int?)null);
        var attributes = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var word in words.Split(','))
        {
            var (name, value) = word.Split(':', 2) is [var first, var second] ? (first, second) : (word, "");
            switch (name)
            {
                case "cpu" when cpu is null:
                    cpu = Number(value, MaxAmount, group);
                    break;
                case "memory" when memory is null:
                    memory = Number(value, MaxAmount, group);
                    break;
                case "attribute" when value.Split('=', 2) is { Length: 1 or 2 } own
                    && ClusterQuery.IsAttributeName(own[0])
                    && attributes.TryAdd(own[0], own.ElementAtOrDefault(1)):
                    break;
                default:
                    throw Wrong(group, $"'{word}' is none of its words, or stands there twice");
            }
        }

        return cpu is null || memory is null
            ? throw Wrong(group, "it needs cpu and memory")
            : (cpu.Value, memory.Value, attributes);
    }

    private static int Number(string text, int most, string group) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= most
            ? number
            : throw Wrong(group, $"'{text}' is no whole number from 1 to {most}");

    private static RefusedException Wrong(string group, string why) =>
        RefusedException.Wrong("instances", $"{Form}; in '{group}' {why}.");

    private static ContainerInstanceRegistered Instance(
        int number,
        Arn cluster,
        (int Cpu, int Memory) has,
        IReadOnlyList<NameValue> common,
        Dictionary<string, string?> attributes,
        DateTimeOffset at) => new()
        {
            ContainerInstanceArn = Arn.ContainerInstance(
                cluster.Scope, cluster.Name, number.ToString("x32", CultureInfo.InvariantCulture)).ToString(),
            ClusterArn = cluster.ToString(),
            Profile = new InstanceProfile
            {
                Session = 1,
                Hostname = string.Create(CultureInfo.InvariantCulture, $"simulated-{number}"),
                Resources = new InstanceResources { Cpu = has.Cpu, Memory = has.Memory },
                Attributes =
                [
                    .. common.Where(own => !attributes.ContainsKey(own.Name)),
                    .. attributes.Select(own => new NameValue(own.Key, own.Value)),
                ],
                VersionInfo = new VersionInfo(),
            },
            At = at,
        };
}

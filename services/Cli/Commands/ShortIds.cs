using System.Text.Json.Nodes;
using Ecs.Cli.Endpoint;
using Ecs.Contracts;

namespace Ecs.Cli.Commands;

/// <summary>Ids may be shortened to their first characters, as long as only one in the cluster begins so.</summary>
internal static class ShortIds
{
    private const int FullLength = 32;

    // How many of several matches are named.
    private const int Shown = 5;

    /// <summary>
    /// The whole task ids that these mean; what is unknown stays as it is, for the service to say so.
    /// </summary>
    public static async Task<IReadOnlyList<string>> TasksAsync(
        Session session, string? cluster, IReadOnlyList<string> ids)
    {
        if (!ids.Any(IsShort)) return ids;

        JsonNode? name = cluster;
        var running = await session.ListAsync("ListTasks", "taskArns", ("cluster", name));
        var stopped = await session.ListAsync(
            "ListTasks", "taskArns", ("cluster", name), ("desiredStatus", "STOPPED"));
        return [.. ids.Select(id => Whole(id, running.Concat(stopped), "tasks"))];
    }

    /// <summary>The whole container instance ids that these mean.</summary>
    public static async Task<IReadOnlyList<string>> InstancesAsync(
        Session session, string? cluster, IReadOnlyList<string> ids)
    {
        if (!ids.Any(IsShort)) return ids;

        var all = await session.ListAsync("ListContainerInstances", "containerInstanceArns", ("cluster", cluster));
        return [.. ids.Select(id => Whole(id, all, "container instances"))];
    }

    /// <summary>
    /// Asks the Auditor about a thing. It knows whole ids; what it does not know may be the beginning of one.
    /// </summary>
    public static async Task<T> AskAsync<T>(Session session, string? cluster, string thing, Func<string, Task<T>> ask)
    {
        try
        {
            return await ask(thing);
        }
        catch (RefusedException refused) when (refused.Type is "ResourceNotFoundException" && IsShort(thing))
        {
            var whole = (await TasksAsync(session, cluster, [thing]))[0];
            if (whole == thing) whole = (await InstancesAsync(session, cluster, [thing]))[0];
            if (whole == thing) throw;

            return await ask(whole);
        }
    }

    /// <summary>Whether this may be the beginning of an id.</summary>
    public static bool IsShort(string id) =>
        id.Length is > 0 and < FullLength && id.All(char.IsAsciiHexDigit);

    private static string Whole(string id, IEnumerable<string> arns, string kind)
    {
        if (!IsShort(id)) return id;

        var matches = arns
            .Where(arn => Arn.TryParse(arn, out var known)
                && known.Name.StartsWith(id, StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return matches switch
        {
            [] => id,
            [var one] => one,
            _ => throw new UsageException(
                $"'{id}' may be {matches.Count} {kind}: "
                + string.Join(", ", matches.Take(Shown).Select(arn => Arn.Parse(arn).Name))
                + (matches.Count > Shown ? ", ..." : "")),
        };
    }
}

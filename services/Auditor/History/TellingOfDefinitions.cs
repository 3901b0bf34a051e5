using Ecs.Contracts.Events;

namespace Ecs.Auditor.History;

internal static class TellingOfDefinitions
{
    /// <summary>Enough of a digest to compare two by eye, in characters.</summary>
    private const int DigestCharacters = 12;

    public static string Registered(TaskDefinitionRegistered e)
    {
        var label = e.VersionLabel is null ? "" : $" as '{e.VersionLabel}'";
        var containers = Words.List(e.Content.ContainerDefinitions.Select(c =>
            $"{c.Name} ({c.Image}{(c.Essential is false ? ", not essential" : "")})"));
        var digest = e.Digest[..DigestCharacters];
        return Words.Of($"revision {e.Revision} registered{label}: {containers}; digest {digest}");
    }
}

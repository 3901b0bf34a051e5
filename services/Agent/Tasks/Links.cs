using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tasks;

/// <summary>The links of a container to others of its task.</summary>
internal static class Links
{
    /// <summary>The names of the containers that this one links to.</summary>
    public static IEnumerable<string> Of(ContainerDefinition container) =>
        (container.Links ?? []).Select(link => Split(link).Name);

    /// <summary>The two parts of a link, <c>name:alias</c>; the alias is the name where none is given.</summary>
    public static (string Name, string Alias) Split(string link)
    {
        var colon = link.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (link, link) : (link[..colon], link[(colon + 1)..]);
    }
}

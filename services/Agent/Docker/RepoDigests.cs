namespace Ecs.Agent.Docker;

/// <summary>
/// Which of the digests that registries know an image by is meant: an engine keeps one for every repository that it
/// was pulled from or pushed to.
/// </summary>
internal static class RepoDigests
{
    private static readonly string[] Implied = ["docker.io/", "index.docker.io/", "library/"];

    /// <summary>
    /// The digest that the image is named by, or that its own repository knows it by; else the only one there is. Null
    /// where there is none, or several of other repositories.
    /// </summary>
    /// <param name="name">The image, as a container names it.</param>
    /// <param name="known">Docker's <c>repository@digest</c> of it.</param>
    public static string? Choose(string name, IEnumerable<string> known)
    {
        if (name.Split('@') is [_, var said]) return said;

        var all = known.Select(one => one.Split('@')).Where(one => one.Length == 2).ToList();
        var own = all.FirstOrDefault(one => Plain(one[0]) == Plain(Images.Split(name).Name));
        return own is not null ? own[1]
            : all.Select(one => one[1]).Distinct(StringComparer.Ordinal).ToList() is [var only] ? only
            : null;
    }

    // Docker shortens names of its own hub, and people write them in full.
    private static string Plain(string repository) => Implied.Aggregate(repository, (name, prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name);
}

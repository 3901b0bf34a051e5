using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Ecs.Architecture.Tests;

/// <summary>The checkout that these tests were built from: its projects and its sources.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    /// <summary>Every project by its path from the root, with the projects and packages that it references.</summary>
    public static IReadOnlyList<Project> Projects { get; } =
    [
        .. Files("*.csproj").Select(path =>
        {
            var xml = XDocument.Load(Path.Combine(Root, path));
            return new Project(
                path,
                [.. References(xml, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/')))],
                [.. References(xml, "PackageReference")]);
        }),
    ];

    /// <summary>Files of the house by a pattern, as paths from the root; nothing that was built.</summary>
    public static IEnumerable<string> Files(string pattern) =>
        new[] { "shared", "services", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(
                Path.Combine(Root, folder), pattern, SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/") && !path.Contains("/bin/") && !path.Contains("/node_modules/"))
            .Order(StringComparer.Ordinal);

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    private static IEnumerable<string> References(XDocument xml, string kind) =>
        xml.Descendants(kind).Select(r => (string?)r.Attribute("Include")).OfType<string>();

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

/// <summary>A project and what it references by name.</summary>
internal sealed record Project(string Path, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => Path[..Path.LastIndexOf('/')];
}

using System.Text.Json.Nodes;

namespace Ecs.Cli.Definitions;

/// <summary>
/// A definition as RegisterTaskDefinition takes it, and where each of its members stands in the file.
/// </summary>
internal sealed class Definition
{
    private readonly JsonLines _lines;
    private readonly Func<string, string> _inFile;

    /// <param name="body">The request's body.</param>
    /// <param name="lines">The lines of the file, by the file's own names.</param>
    /// <param name="inFile">From a member's path in the body to its path in the file.</param>
    public Definition(JsonObject body, JsonLines lines, Func<string, string> inFile)
    {
        Body = body;
        _lines = lines;
        _inFile = inFile;
    }

    /// <summary>The request's body.</summary>
    public JsonObject Body { get; }

    /// <summary>The line of a member of the body, as the service names it in a refusal.</summary>
    public int LineOf(string path) => _lines.Find(_inFile(path));

    /// <summary>The same definition under another family or version: the command line wins over the file.</summary>
    public Definition Named(string? family, string? version)
    {
        if (family is not null) Body[DefinitionReader.Family] = family;
        if (version is not null) Body[DefinitionReader.VersionLabel] = version;
        return this;
    }
}

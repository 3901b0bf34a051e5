using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Environments;

/// <summary>Files of environment variables: <c>NAME=value</c>, a line each; <c>#</c> begins a comment.</summary>
internal static class VariableLines
{
    /// <summary>The variables of a text, or the line that is none; its content is in no error.</summary>
    public static bool TryRead(
        string text, [NotNullWhen(true)] out List<NameValue>? variables, [NotNullWhen(false)] out string? error)
    {
        (variables, error) = ([], null);
        foreach (var (index, line) in text.TrimStart('\uFEFF').Split('\n').Select(l => l.TrimEnd('\r')).Index())
        {
            if (string.IsNullOrWhiteSpace(line) || line.TrimStart()[0] == '#') continue;

            // As Docker reads them: what follows the first '=' is the value as it stands, quotes and spaces included.
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : line[..equals].TrimStart();
            if (name.Length == 0 || name.Any(char.IsWhiteSpace))
            {
                (variables, error) = (null, $"line {index + 1} is not of the form NAME=value");
                return false;
            }

            variables.Add(new NameValue(name, line[(equals + 1)..]));
        }

        return true;
    }
}

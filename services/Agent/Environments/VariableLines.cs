using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Environments;

/// <summary>Files of environment variables: <c>NAME=value</c>, a line each; <c>#</c> begins a comment.</summary>
internal static class VariableLines
{
    /// <summary>
    /// The variables of a text, each name once: its last line holds, as in ECS. What is no variable is passed over, and
    /// a name is taken as it stands, white space included.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>
    /// The variables, the numbers of the lines that are neither variable, comment nor blank, and those of the variables
    /// whose names have white space, which is seldom meant.
    /// </returns>
    public static (IReadOnlyList<NameValue> Variables, IReadOnlyList<int> PassedOver, IReadOnlyList<int> Spaced) Read(
        string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var (passedOver, spaced) = (new List<int>(), new List<int>());
        foreach (var (index, line) in text.TrimStart('\uFEFF').Split('\n').Select(l => l.TrimEnd('\r')).Index())
        {
            if (string.IsNullOrWhiteSpace(line) || line[0] == '#') continue;

            // As Docker reads them: what follows the first '=' is the value as it stands, quotes and spaces included.
            if (line.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } value])
            {
                passedOver.Add(index + 1);
                continue;
            }

            variables[name] = value;
            if (name.Any(char.IsWhiteSpace)) spaced.Add(index + 1);
        }

        return ([.. variables.Select(variable => new NameValue(variable.Key, variable.Value))], passedOver, spaced);
    }
}

using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Environments;

/// <summary>
/// A container's environment variables. What comes from files is read when the container is made, handed to Docker,
/// and kept nowhere.
/// </summary>
internal sealed class Variables(LocalFiles secrets, LocalFiles files, ILogger log)
{
    /// <summary>The most lines of a file that the log names in one entry.</summary>
    private const int MaxLinesTold = 20;

    /// <summary>
    /// All variables of a container, or why they cannot be had. Secrets hold before the definition's own, of which the
    /// last of a name holds, and those before what stands in files, of which the first that has a name holds, with its
    /// last line of that name: all as in ECS.
    /// </summary>
    /// <param name="container">The container.</param>
    /// <param name="all">The variables; null where one cannot be had.</param>
    /// <param name="error">Why, without any value.</param>
    public bool TryRead(
        ContainerDefinition container,
        [NotNullWhen(true)] out IReadOnlyList<NameValue>? all,
        [NotNullWhen(false)] out string? error)
    {
        (all, error) = (null, null);
        var hidden = new List<NameValue>();
        foreach (var secret in container.Secrets ?? [])
        {
            if (!secrets.TryRead(secret.ValueFrom ?? "", out var value, out error))
            {
                error = $"unable to pull secrets or registry auth: unable to retrieve secret '{secret.Name}': {error}";
                return false;
            }

            hidden.Add(new NameValue(secret.Name ?? "", WithoutLastLineEnd(value)));
        }

        var read = new List<NameValue>();
        foreach (var file in container.EnvironmentFiles ?? [])
        {
            if (!TryRead(file.Value ?? "", out var variables, out error)) return false;

            read.AddRange(variables);
        }

        var own = (container.Environment ?? []).GroupBy(variable => variable.Name, StringComparer.Ordinal)
            .Select(same => same.Last());
        all = [.. hidden.Concat(own).Concat(read)
            .DistinctBy(variable => variable.Name, StringComparer.Ordinal)];
        return true;
    }

    /// <summary>Whether a container has values that came from files.</summary>
    public static bool AreHiddenIn(ContainerDefinition container) =>
        container.Secrets is { Count: > 0 } || container.EnvironmentFiles is { Count: > 0 };

    /// <summary>
    /// Whether a text holds one of the values that came from files, so that nobody may see it: as it stands, or as it
    /// is written between quotation marks.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="container">The container.</param>
    /// <param name="all">
    /// Its variables; where it has files of them, each that it does not define itself may be theirs.
    /// </param>
    public static bool Tells(string text, ContainerDefinition container, IEnumerable<NameValue> all)
    {
        var secret = (container.Secrets ?? []).Select(own => own.Name).ToHashSet(StringComparer.Ordinal);
        var plain = (container.Environment ?? []).Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        var hasFiles = container.EnvironmentFiles is { Count: > 0 };
        var forms = Quotation.Forms(text);
        return all.Any(variable =>
            (secret.Contains(variable.Name) || (hasFiles && !plain.Contains(variable.Name)))
            && variable.Value is { Length: > 0 } value
            && forms.Any(form => form.Contains(value, StringComparison.Ordinal)));
    }

    private bool TryRead(
        string name,
        [NotNullWhen(true)] out IReadOnlyList<NameValue>? variables,
        [NotNullWhen(false)] out string? error)
    {
        variables = null;
        if (!files.TryRead(name, out var text, out error))
        {
            error = $"failed to download env files: '{name}': {error}";
            return false;
        }

        (variables, var passedOver, var spaced) = VariableLines.Read(text);
        if (passedOver.Count > 0)
        {
            log.LogWarning(
                "{File}: {Count} lines are passed over, since they have no name or no value: {Lines}",
                name, passedOver.Count, string.Join(", ", passedOver.Take(MaxLinesTold)));
        }

        if (spaced.Count > 0)
        {
            log.LogWarning(
                "{File}: {Count} lines have white space in their names, which are taken as they stand: {Lines}",
                name, spaced.Count, string.Join(", ", spaced.Take(MaxLinesTold)));
        }

        return true;
    }

    // Editors end a file with a line end that nobody means.
    private static string WithoutLastLineEnd(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2]
        : text.EndsWith('\n') ? text[..^1]
        : text;
}

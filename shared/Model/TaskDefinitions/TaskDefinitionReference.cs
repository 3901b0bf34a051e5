using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Model.TaskDefinitions;

/// <summary>
/// How a definition is named: <c>family</c>, <c>family:revision</c>, <c>family:version-label</c>, or an ARN that ends
/// in one of these. 1-9 digits always mean a revision.
/// </summary>
/// <param name="Scope">The account and region that it is in.</param>
/// <param name="Family">The family.</param>
/// <param name="Revision">The revision's number, where the reference names one.</param>
/// <param name="Label">The version label, where the reference names one.</param>
public sealed record TaskDefinitionReference(Scope Scope, string Family, int? Revision, string? Label)
{
    /// <summary>The key of the family's stream in the log.</summary>
    public string Stream => Arn.Family(Scope, Family).ToString();

    /// <summary>Reads a reference as it stands in a command; else says why it is none.</summary>
    /// <param name="text">The text; an ARN must be of the command's own account and region.</param>
    /// <param name="scope">The command's account and region.</param>
    /// <param name="reference">What was named.</param>
    /// <param name="error">Why it cannot be read; its field is <c>taskDefinition</c>.</param>
    public static bool TryParse(
        string? text,
        Scope scope,
        [NotNullWhen(true)] out TaskDefinitionReference? reference,
        [NotNullWhen(false)] out CommandError? error)
    {
        reference = null;
        error = string.IsNullOrEmpty(text) ? Wrong("TaskDefinition should not be null or empty.") : null;
        if (error is not null) return false;

        var path = text!;
        if (text!.StartsWith("arn:", StringComparison.Ordinal))
        {
            if (!Arn.TryParse(text, out var arn) || arn.Kind is not ResourceKind.TaskDefinition)
            {
                error = Wrong($"'{Shown(text)}' is not the ARN of a task definition.");
                return false;
            }

            if (arn.Scope != scope)
            {
                error = Wrong($"'{Shown(text)}' is not in account {scope.Account} and region {scope.Region}.");
                return false;
            }

            path = arn.Path;
        }

        reference = Read(path, scope, out error);
        return reference is not null;
    }

    /// <summary>The reference as a person writes it.</summary>
    public override string ToString() => Revision is { } number
        ? string.Create(CultureInfo.InvariantCulture, $"{Family}:{number}")
        : Label is { } label ? $"{Family}:{label}" : Family;

    private static TaskDefinitionReference? Read(string path, Scope scope, out CommandError? error)
    {
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        var family = colon < 0 ? path : path[..colon];
        error = NameRules.Check(family, "Family", "taskDefinition");
        if (error is not null) return null;
        if (colon < 0) return new TaskDefinitionReference(scope, family, null, null);

        var version = path[(colon + 1)..];
        if (VersionLabel.IsRevision(version))
        {
            return new TaskDefinitionReference(scope, family, int.Parse(version, CultureInfo.InvariantCulture), null);
        }

        error = VersionLabel.Check(version, "taskDefinition");
        return error is null ? new TaskDefinitionReference(scope, family, null, version) : null;
    }

    private static CommandError Wrong(string message) =>
        new(ErrorTypes.Client, message) { Field = "taskDefinition" };

    // An error is shown to people and kept in the log: a megabyte of wrong input must not come back whole.
    private static string Shown(string text) => text.Length <= 300 ? text : text[..300] + "...";
}

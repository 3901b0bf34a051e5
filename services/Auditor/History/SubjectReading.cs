using Ecs.Auditor.Requests;
using Ecs.Contracts;

namespace Ecs.Auditor.History;

/// <summary>From what a person types to the resources that it may mean.</summary>
internal static class SubjectReading
{
    /// <summary>Longer than every ARN that there can be, in characters.</summary>
    private const int MaxLength = 1024;

    private const int IdLength = 32;

    private const string Rule =
        "must be an ARN, the id of a task or a container instance, the name of a cluster or a family, "
        + "'family:revision', or an ARN's end such as 'cluster/default'.";

    /// <summary>
    /// All that the text may mean; the parameters <c>account</c>, <c>region</c> and <c>cluster</c> say where.
    /// </summary>
    /// <exception cref="RefusedException">It can mean nothing.</exception>
    public static IReadOnlyList<Subject> Read(string? text, Parameters parameters)
    {
        var scope = new Scope(
            parameters.Text("account") ?? Scope.DefaultAccount, parameters.Text("region") ?? Scope.DefaultRegion);
        var cluster = parameters.Text("cluster") ?? "default";
        return Read(text, scope, Arn.TryParse(cluster, out var arn) ? arn.Name : cluster);
    }

    /// <summary>All that the text may mean, most likely first; the log tells which of it there is.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="scope">The account and region of whatever does not name its own.</param>
    /// <param name="cluster">The cluster of ids that come without.</param>
    /// <exception cref="RefusedException">It can mean nothing.</exception>
    public static IReadOnlyList<Subject> Read(string? text, Scope scope, string cluster)
    {
        if (text is not { Length: > 0 and <= MaxLength }) throw RefusedException.Wrong("of", Rule);
        if (text.StartsWith("arn:", StringComparison.Ordinal)) return [OfArn(text)];
        if (text.Contains('/', StringComparison.Ordinal)) return [OfArnEnd(text, scope, cluster)];

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        if (!IsName(name)) throw RefusedException.Wrong("of", Rule);
        if (colon >= 0) return [OfFamily(scope, name, text[(colon + 1)..])];

        IEnumerable<Subject> named = [new(Arn.Cluster(scope, name)), new(Arn.Family(scope, name))];
        return IsId(name)
            ? [new(Arn.Task(scope, cluster, name)), new(Arn.ContainerInstance(scope, cluster, name)), .. named]
            : [.. named];
    }

    private static Subject OfArn(string text)
    {
        if (!Arn.TryParse(text, out var arn)) throw RefusedException.Wrong("of", Rule);

        var colon = arn.Path.IndexOf(':', StringComparison.Ordinal);
        return arn.Kind is ResourceKind.TaskDefinition && colon >= 0
            ? OfFamily(arn.Scope, arn.Path[..colon], arn.Path[(colon + 1)..])
            : new Subject(arn);
    }

    private static Subject OfArnEnd(string text, Scope scope, string cluster)
    {
        var parts = text.Split('/');
        var whole = parts is [("task" or "container-instance") and var kind, var id] ? $"{kind}/{cluster}/{id}" : text;
        return OfArn($"arn:aws:ecs:{scope.Region}:{scope.Account}:{whole}");
    }

    private static Subject OfFamily(Scope scope, string family, string version) =>
        version.Length > 0 ? new Subject(Arn.Family(scope, family), version) : throw RefusedException.Wrong("of", Rule);

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 255 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsId(string text) => text.Length == IdLength && text.All(char.IsAsciiHexDigitLower);
}

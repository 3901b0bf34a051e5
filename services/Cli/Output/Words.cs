using System.Globalization;
using System.Text;
using Ecs.Contracts;
using Spectre.Console;

namespace Ecs.Cli.Output;

/// <summary>How single values are written for a person.</summary>
internal static class Words
{
    // Enough of an id to know a task by, and what the tool takes as an id.
    private const int ShortIdLength = 12;

    /// <summary>Text from outside without control characters: a reason must not move the reader's cursor.</summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";

        var clean = new StringBuilder(text.Length);
        foreach (var c in text) clean.Append(char.IsControl(c) ? ' ' : c);
        return clean.ToString();
    }

    /// <summary>Text of many lines from outside: its line breaks and tabs stay.</summary>
    public static string Block(string text) => string.Join('\n', text.Split('\n').Select(line =>
        Clean(line.TrimEnd('\r').Replace("\t", "    ", StringComparison.Ordinal))));

    /// <summary>Text from outside, fit to stand in markup.</summary>
    public static string Safe(string? text) => ColonWriter.Hide(Markup.Escape(Clean(text)));

    /// <summary>A status in its colour.</summary>
    public static string Status(string? status) => status switch
    {
        null or "" => "[grey]-[/]",
        "RUNNING" or "ACTIVE" or "HEALTHY" => $"[green]{status}[/]",
        "STOPPED" or "INACTIVE" => $"[grey]{status}[/]",
        "PROVISIONING" or "PENDING" or "ACTIVATING" or "STOPPING" or "DEACTIVATING" or "DEPROVISIONING" or "DRAINING" =>
            $"[yellow]{status}[/]",
        _ => Safe(status),
    };

    /// <summary>Whether a health says anything: without a check, and before its first result, it is UNKNOWN.</summary>
    public static bool IsHealth(string? health) => health is not (null or "" or "UNKNOWN");

    /// <summary>A health.</summary>
    public static string Health(string? health) => health switch
    {
        "UNHEALTHY" => "[red]UNHEALTHY[/]",
        _ => Status(IsHealth(health) ? health : null),
    };

    /// <summary>The last part of an ARN: a name, an id, <c>family:revision</c>.</summary>
    public static string Name(string? arn) => Arn.TryParse(arn, out var parsed) ? parsed.Name : arn ?? "-";

    /// <summary>The first characters of an ARN's id.</summary>
    public static string Short(string? arn)
    {
        var name = Name(arn);
        return name.Length > ShortIdLength && name.All(char.IsAsciiHexDigit) ? name[..ShortIdLength] : name;
    }

    /// <summary>A moment on the reader's own clock.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>A moment to the millisecond.</summary>
    public static string Moment(DateTimeOffset time) =>
        time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>What a stream is about: its kind, and its name or the first characters of its id.</summary>
    public static string KindAndName(string? arn) =>
        Arn.TryParse(arn, out var parsed) ? $"{Arn.Word(parsed.Kind)} {Short(arn)}" : Clean(arn);

    /// <summary>Whether it was an Agent that asked: those go by the ARN of their container instance.</summary>
    public static bool IsAgent(string? actor) =>
        Arn.TryParse(actor, out var arn) && arn.Kind is ResourceKind.ContainerInstance;

    /// <summary>Whoever asked, without what all actors of the house have in common.</summary>
    public static string Actor(string? actor) => actor switch
    {
        null or "" => "-",
        _ when IsAgent(actor) => $"agent {Short(actor)}",
        // The Gateway's name of whoever signs with an account's number: arn:aws:iam::<account>:root.
        _ when actor.Split(':') is ["arn", _, "iam", _, var account, "root"] => $"account {account}",
        _ => actor[(actor.LastIndexOf('/') + 1)..],
    };

    /// <summary>How long something has been there; the clocks of two machines may differ a little.</summary>
    public static string Age(DateTimeOffset? since, DateTimeOffset now) =>
        since is null ? "-" : Span(now > since.Value ? now - since.Value : TimeSpan.Zero);

    /// <summary>A length of time, in at most two units.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        { TotalMinutes: < 1 } => $"{span.Seconds} s",
        { TotalHours: < 1 } => $"{span.Minutes} min {span.Seconds} s",
        { TotalDays: < 1 } => $"{span.Hours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d {span.Hours} h",
    };
}

using System.Globalization;
using Ecs.Contracts;

namespace Ecs.Auditor.History;

/// <summary>How the tellings write what they have in common.</summary>
internal static class Words
{
    /// <summary>The most things of a kind that a sentence names; the rest is a number.</summary>
    private const int MaxNamed = 5;

    /// <summary>Characters of an id that tell it from others, for a person.</summary>
    private const int ShortId = 8;

    /// <summary>Characters of a command's id that are shown; ids that people choose are shorter.</summary>
    private const int LongId = 20;

    /// <summary>A sentence with its numbers written the same everywhere.</summary>
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The last part of an ARN; of an id its first characters.</summary>
    public static string Short(string arn)
    {
        if (!Arn.TryParse(arn, out var parsed)) return arn;

        return parsed.Kind is ResourceKind.Task or ResourceKind.ContainerInstance && parsed.Name.Length > ShortId
            ? $"{parsed.Name[..ShortId]}…"
            : parsed.Name;
    }

    /// <summary>The first few, joined, and how many more there are.</summary>
    public static string List(IEnumerable<string> items, string separator = ", ")
    {
        var all = items.ToList();
        var named = string.Join(separator, all.Take(MaxNamed));
        return all.Count <= MaxNamed ? named : Of($"{named}{separator}and {all.Count - MaxNamed} more");
    }

    /// <summary>Whoever asked: an Agent by its instance, others by their names.</summary>
    public static string Actor(string actor)
    {
        if (Arn.TryParse(actor, out var arn) && arn.Kind is ResourceKind.ContainerInstance)
        {
            return $"the Agent of {Short(actor)}";
        }

        // The Gateway's name of whoever signs with an account's number: arn:aws:iam::<account>:root.
        return actor.Split(':') is ["arn", _, "iam", _, var account, "root"]
            ? $"account {account}"
            : actor[(actor.LastIndexOf('/') + 1)..];
    }

    /// <summary>A command's id; of a long one its first characters, which are enough to find it.</summary>
    public static string Id(string id) => id.Length <= LongId ? id : $"{id[..LongId]}…";

    /// <summary>A moment for a person, in UTC.</summary>
    public static string Clock(DateTimeOffset at) => Of($"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");

    /// <summary>A length of time for a person: tenths of seconds.</summary>
    public static string Time(TimeSpan span) => Of($"{span.TotalSeconds:0.0} s");
}

using System.Text.Json.Serialization;
using Ecs.Contracts;
using Ecs.Log;

namespace Ecs.Auditor.History;

/// <summary>A place where a history is not what was written; what was done there, verifying tells.</summary>
internal sealed record HistoryGap
{
    /// <summary>Whose; null where what is missing is known by its position alone.</summary>
    public string? Stream { get; init; }

    /// <summary>The first version in its stream that is missing, unreadable or out of order.</summary>
    public long? FirstVersion { get; init; }

    /// <summary>The last one.</summary>
    public long? LastVersion { get; init; }

    /// <summary>Where the event stands, or stood; null where that is not known.</summary>
    public long? Position { get; init; }

    /// <summary>The position of the version in front of it; null where there is none.</summary>
    public long? After { get; init; }

    /// <summary>The position of the next version; null where there is none.</summary>
    public long? Before { get; init; }

    /// <summary>What is wrong, in a sentence.</summary>
    public required string What { get; init; }

    /// <summary>By which position it is told; what has no neighbours left is told at the end.</summary>
    [JsonIgnore]
    public long Place => Position ?? After ?? Before ?? long.MaxValue;

    /// <summary>Events that are not there, or not where they were.</summary>
    public static HistoryGap Of(StreamGap gap) => new()
    {
        Stream = gap.Stream,
        FirstVersion = gap.FirstVersion,
        LastVersion = gap.LastVersion,
        Position = gap.Position,
        After = gap.After,
        Before = gap.Before,
        What = Sentence(gap),
    };

    /// <summary>An event that is there and cannot be read.</summary>
    public static HistoryGap Of(RawEvent e, InvalidDataException unreadable) => new()
    {
        Stream = e.Stream,
        FirstVersion = e.Version,
        LastVersion = e.Version,
        Position = e.Position,
        What = unreadable.Message,
    };

    /// <summary>An event of a command that is not there.</summary>
    public static HistoryGap Of(long position) => new()
    {
        Position = position,
        What = Words.Of($"the event at position {position} is missing"),
    };

    /// <summary>A gap in a sentence that says whose it is, for those who can tell nothing because of it.</summary>
    public static string Told(StreamGap gap) =>
        $"{Arn.Word(Arn.Parse(gap.Stream).Kind)} {Words.Short(gap.Stream)}: {Sentence(gap)}";

    private static string Sentence(StreamGap gap)
    {
        var versions = gap.FirstVersion == gap.LastVersion
            ? Words.Of($"version {gap.FirstVersion}")
            : Words.Of($"versions {gap.FirstVersion} to {gap.LastVersion}");
        var verb = gap.FirstVersion == gap.LastVersion ? "is" : "are";
        return gap switch
        {
            { Position: { } position } => Words.Of(
                $"{versions} stands at position {position}, in front of the version before it at {gap.After}"),
            { After: { } after, Before: { } before } => Words.Of(
                $"{versions} {verb} missing, between the positions {after} and {before}"),
            { After: { } after } => Words.Of($"{versions} {verb} missing, behind position {after}"),
            { Before: { } before } => Words.Of($"{versions} {verb} missing, in front of position {before}"),
            _ => $"{versions} {verb} missing: nothing is left",
        };
    }
}

using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Log;

namespace Ecs.Auditor.History;

/// <summary>Finds out which of the things that a text may mean the log knows.</summary>
internal sealed class SubjectChoosing(EventLog log)
{
    /// <summary>The one of the subjects that the log knows.</summary>
    /// <param name="subjects">What the text may mean.</param>
    /// <param name="text">The text.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RefusedException">It knows none of them, or several.</exception>
    public async Task<Subject> ChooseAsync(IReadOnlyList<Subject> subjects, string text, CancellationToken ct)
    {
        var there = await log.FindStreamsAsync([.. subjects.Select(subject => subject.Stream)], ct);
        var known = subjects.Where(subject => there.Contains(subject.Stream)).ToList();
        return known switch
        {
            [var one] => one,
            [] => throw RefusedException.Unknown(
                $"The log knows no {string.Join(" or ", subjects.Select(Asked))}.", "of"),
            _ => throw RefusedException.Wrong(
                "of",
                $"'{text}' may mean {string.Join(" or ", known.Select(Asked))}: "
                + $"give the ARN, or its end such as '{Asked(known[0])}'."),
        };
    }

    /// <summary>A subject as the end of its ARN names it.</summary>
    public static string Asked(Subject subject) =>
        subject.ToString()[(subject.Stream.Length - $"{Arn.Word(subject.Arn.Kind)}/{subject.Arn.Path}".Length)..];
}

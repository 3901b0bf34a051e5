using System.Text.Json;
using Ecs.Cli.Endpoint;

namespace Ecs.Cli.Commands;

/// <summary>Answers that tell in lines how far they are, and end with a report.</summary>
internal static class ReportLines
{
    /// <summary>A line about how far it is, at most so often.</summary>
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    /// <summary>Asks, tells on standard error how far it is, and gives the report.</summary>
    /// <param name="session">The run of the tool.</param>
    /// <param name="path">What is asked.</param>
    /// <param name="what">What is not known where there is no report, as a sentence's subject and verb.</param>
    /// <exception cref="NotReachableException">The answer has no report: it was cut off.</exception>
    public static async Task<JsonElement> ReadAsync(Session session, string path, string what)
    {
        var told = session.Clock.GetTimestamp();
        await foreach (var text in session.Endpoint.LinesAsync(path, session.Cancel))
        {
            var line = Line(text, what);
            if (line.TryGetProperty("report", out var report)) return report;
            if (session.Clock.GetElapsedTime(told) < ProgressEvery) continue;

            told = session.Clock.GetTimestamp();
            var progress = line.One<ProgressView>("progress");
            var commits = progress.OfCommits is { } all ? $"{progress.Commits} of {all} commits, " : "";
            session.Screen.Note($"{commits}position {progress.Position} of {progress.OfPosition}");
        }

        throw Cut(what);
    }

    private static JsonElement Line(string text, string what)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            throw Cut(what);
        }
    }

    private static NotReachableException Cut(string what) =>
        new($"The answer ended before {what}: nothing is known of the rest. Ask again.");

    private sealed record ProgressView(long? Commits, long? OfCommits, long Position, long OfPosition);
}

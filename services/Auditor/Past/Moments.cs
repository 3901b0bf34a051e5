using System.Globalization;
using System.Text.RegularExpressions;
using Ecs.Auditor.Requests;
using Ecs.Log;

namespace Ecs.Auditor.Past;

/// <summary>Reads which moment of the log a text means.</summary>
internal sealed partial class Moments(EventLog log, TimeProvider time)
{
    /// <summary>The forms that a moment is written in.</summary>
    public const string Forms =
        "a position of the log such as 4711, or a time with its zone such as 2026-11-22T14:05:00Z";

    private static readonly string[] Times =
    [
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>
    /// The moment that a text means: a position itself; of a time the last whole commit that is no later.
    /// </summary>
    /// <param name="text">What was said.</param>
    /// <param name="parameter">The parameter that said it.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RefusedException">It has no such form, or is still to come.</exception>
    public async Task<LogMoment> FindAsync(string? text, string parameter, CancellationToken ct)
    {
        if (text is not null && text.Length > 0 && text.All(char.IsAsciiDigit))
        {
            var moment = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                ? await log.FindMomentAsync(position, ct)
                : null;
            if (moment is not null) return moment;

            var head = await log.HeadAsync(ct);
            throw RefusedException.Future(parameter, head.LastPosition);
        }

        if (text is null || !Zone().IsMatch(text) || !DateTimeOffset.TryParseExact(
            text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at))
        {
            throw RefusedException.Wrong(parameter, $"must be {Forms}.");
        }

        var now = time.GetUtcNow();
        return at <= now
            ? await log.FindMomentAsync(at, ct)
            : throw RefusedException.Wrong(parameter, $"is in the future: it is {now:yyyy-MM-dd'T'HH:mm:ss'Z'} now.");
    }

    /// <summary>Two moments, the first no later than the second.</summary>
    /// <exception cref="RefusedException">One is none, or the range is upside down.</exception>
    public async Task<(LogMoment From, LogMoment To)> RangeAsync(Parameters parameters, CancellationToken ct)
    {
        var from = await FindAsync(parameters.Text("from"), "from", ct);
        var to = await FindAsync(parameters.Text("to"), "to", ct);
        CheckOrder(from, to);
        return (from, to);
    }

    /// <summary>Refuses a range that ends before it begins; an end that is not given is where the log ends.</summary>
    public static void CheckOrder(LogMoment? from, LogMoment? to)
    {
        if (from is null || to is null || from.Position <= to.Position) return;

        throw RefusedException.Wrong("to", string.Create(
            CultureInfo.InvariantCulture,
            $"is before from: the range from position {from.Position} to {to.Position} is upside down."));
    }

    /// <summary>Names the moment that an answer holds for.</summary>
    public static void Tell(HttpResponse response, LogMoment moment)
    {
        response.Headers[PositionHeader] = moment.Position.ToString(CultureInfo.InvariantCulture);
        response.Headers[LogTimeHeader] = moment.LogTime is { } at ? Text(at) : "before the log";
    }

    /// <summary>A time as the log has it, in microseconds.</summary>
    public static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The position of the answer's moment.</summary>
    public const string PositionHeader = "ecs-position";

    /// <summary>The log time of the answer's moment, or that there was no log yet.</summary>
    public const string LogTimeHeader = "ecs-log-time";

    [GeneratedRegex(@"(Z|[+-]\d\d:\d\d)\z")]
    private static partial Regex Zone();
}

using System.Globalization;
using System.Text;
using Ecs.Agent.Journal;

namespace Ecs.Agent.Joining;

/// <summary>
/// Which start of its Agent speaks for an instance: a number that rises with every start. The time lets it rise even
/// where the last one was lost, the last one where the clock was set back, and where both happened the Scheduler tells
/// the one that it knows.
/// </summary>
/// <param name="number">The number.</param>
/// <param name="keep">Keeps a number that takes its place, before it is used.</param>
internal sealed class InstanceSession(long number, Action<long> keep)
{
    /// <summary>The pause before a disk that cannot take the number is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private long _number = number;

    /// <summary>The number.</summary>
    public long Number => Volatile.Read(ref _number);

    /// <summary>The session after another.</summary>
    public static long Next(long last, DateTimeOffset now) => Math.Max(last + 1, now.ToUnixTimeMilliseconds());

    /// <summary>
    /// Begins one in a directory that is held; it waits for as long as the disk cannot keep it, for a later start that
    /// has the same number would not be told from this one.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="waits">Told why it waits.</param>
    /// <param name="ct">Ends the waiting.</param>
    public static async Task<InstanceSession> BeginAsync(
        string directory, TimeProvider clock, Action<string> waits, CancellationToken ct)
    {
        var path = Path.Combine(directory, "session");
        for (var said = false; ; said = true)
        {
            try
            {
                var next = Next(Last(path), clock.GetUtcNow());
                Keep(path, next);
                return new InstanceSession(next, number => Keep(path, number));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                if (!said) waits($"{path} cannot be written: {fault.Message}");
                await Task.Delay(Pause, clock, ct);
            }
        }
    }

    /// <summary>Goes above a session that the Scheduler knows, and that this Agent has lost.</summary>
    /// <exception cref="IOException">The disk does not keep it; the number is the one before.</exception>
    public void RiseAbove(long last)
    {
        if (last < Number) return;

        keep(last + 1);
        Volatile.Write(ref _number, last + 1);
    }

    private static void Keep(string path, long number) =>
        DurableFile.Replace(path, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    // What is no number is as good as lost.
    private static long Last(string path) =>
        File.Exists(path) && long.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var kept) &&
        kept is > 0 and < long.MaxValue
            ? kept
            : 0;
}

namespace Ecs.Agent.Joining;

/// <summary>Holds an instance's directory for one Agent: two of them would write each other's journal.</summary>
internal static class DataDirectory
{
    /// <summary>
    /// How often a directory that cannot be had is tried again: its holder may end, its disk be mended.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // What .NET throws where another process holds the lock: EWOULDBLOCK as Linux and macOS number it, and Windows'
    // sharing violation. Everything else is the disk's own trouble.
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];

    /// <summary>Waits until the directory is free; holds it until the result is disposed or the process ends.</summary>
    /// <param name="directory">The directory, which is made where it is not there.</param>
    /// <param name="clock">The clock of the pauses.</param>
    /// <param name="waits">Told once why it waits, and again where the reason changes.</param>
    /// <param name="ct">Ends the waiting.</param>
    public static async Task<IDisposable> HoldAsync(
        string directory, TimeProvider clock, Action<string> waits, CancellationToken ct)
    {
        var path = Path.Combine(directory, "lock");
        string? said = null;
        while (true)
        {
            try
            {
                Directory.CreateDirectory(directory);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                var why = Held.Contains(fault.HResult)
                    ? $"another Agent holds {path}: one Agent per Docker engine and cluster"
                    : $"{path} cannot be opened: {fault.Message}";
                if (said != why) waits(why);
                said = why;
                await Task.Delay(Pause, clock, ct);
            }
        }
    }
}

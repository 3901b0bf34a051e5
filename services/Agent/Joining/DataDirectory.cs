namespace Ecs.Agent.Joining;

/// <summary>Holds an instance's directory for one Agent: two of them would write each other's journal.</summary>
internal static class DataDirectory
{
    /// <summary>How often a directory that another Agent holds is tried again: that one may be ending.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Waits until the directory is free; holds it until the result is disposed or the process ends.</summary>
    public static async Task<IDisposable> HoldAsync(
        string directory, TimeProvider clock, ILogger log, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "lock");
        var said = false;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                if (!said) log.LogError("Another Agent holds {Path}: one Agent per Docker engine. Waiting.", path);
                said = true;
                await Task.Delay(Pause, clock, ct);
            }
        }
    }
}

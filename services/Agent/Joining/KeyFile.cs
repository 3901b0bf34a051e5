using System.Text;
using Ecs.Agent.Journal;
using Ecs.Bus;
using Ecs.Hosting;

namespace Ecs.Agent.Joining;

/// <summary>
/// The file of the Agent's key pair. It is made once; whoever has lost it is another Agent to the Scheduler, so a file
/// that cannot be read is never replaced.
/// </summary>
internal static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The pause before a disk that has no room for the file, or does not give it, is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The key of the file; a new one where there is none. It waits for as long as the disk does not take or give it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">The clock of the pauses.</param>
    /// <param name="waits">Told why it waits, and again where the reason changes.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="SettingException">The file holds something else.</exception>
    public static async Task<SigningKey> OpenAsync(
        string path, TimeProvider clock, Action<string> waits, CancellationToken ct)
    {
        string? said = null;
        while (true)
        {
            if (TryOpen(path, out var why) is { } key) return key;

            if (said != why) waits(why);
            said = why;
            await Task.Delay(Pause, clock, ct);
        }
    }

    /// <summary>The same without waiting: null, and why, where the disk does not take or give it.</summary>
    /// <exception cref="SettingException">The file holds something else.</exception>
    public static SigningKey? TryOpen(string path, out string why)
    {
        why = "";
        try
        {
            if (!File.Exists(path)) Make(path);
            return SigningKey.FromPem(File.ReadAllText(path));
        }
        catch (FormatException other)
        {
            throw new SettingException(
                AgentSettings.KeyFileName, $"a file with the Agent's private key; {path}: {other.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            why = $"{path} cannot be opened: {fault.Message}";
            return null;
        }
    }

    // Written beside its place and linked there as a whole: of two Agents that start at once both have the first one's.
    private static void Make(string path)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(directory);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        using var key = SigningKey.Create();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var file = new FileStream(unfinished, options))
            {
                file.Write(Encoding.ASCII.GetBytes(key.ToPem()));
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another Agent was quicker, and its key is this one's too.
        }
        finally
        {
            File.Delete(unfinished);
        }

        DurableFile.FlushDirectory(directory);
    }
}

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

    /// <summary>The key of the file; a new one where there is none.</summary>
    /// <exception cref="SettingException">The file cannot be read, or made, or holds something else.</exception>
    public static SigningKey Open(string path)
    {
        try
        {
            if (!File.Exists(path)) Make(path);
            return SigningKey.FromPem(File.ReadAllText(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new SettingException(
                AgentSettings.KeyFileName,
                $"a file with the Agent's private key, or one that can be made; {path}: {fault.Message}");
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
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(Encoding.ASCII.GetBytes(key.ToPem()));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(unfinished, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(unfinished);
        }

        DurableFile.FlushDirectory(directory);
    }
}

using System.Diagnostics;

namespace Ecs.Cli.Executing;

/// <summary>
/// The terminal in its raw state, in which every key goes to the command and comes back from it: Ctrl-C too.
/// </summary>
internal sealed class Terminal : IDisposable
{
    private readonly string _before;

    private Terminal(string before) => _before = before;

    /// <summary>Makes it raw; null where there is none, or no <c>stty</c>.</summary>
    public static Terminal? MakeRaw()
    {
        if (Console.IsInputRedirected || Stty("-g") is not { Length: > 0 } before) return null;

        Stty("raw -echo");
        return new Terminal(before);
    }

    /// <summary>Makes it as it was.</summary>
    public void Dispose() => Stty(_before);

    private static string? Stty(string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("stty", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            var text = process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

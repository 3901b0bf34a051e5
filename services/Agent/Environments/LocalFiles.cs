using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ecs.Agent.Environments;

/// <summary>
/// The files of one directory that definitions may name. Nothing outside of it is read, whatever a name or a link says.
/// </summary>
/// <param name="directory">The directory; null where the Agent was given none.</param>
/// <param name="setting">The name of the setting that names it, for errors.</param>
internal sealed class LocalFiles(string? directory, string setting)
{
    /// <summary>The largest file that is read, in bytes: what Linux takes as one environment variable.</summary>
    public const int MaxBytes = 128 * 1024;

    /// <summary>Reads a file as text, or says why not; its content is in no error.</summary>
    public bool TryRead(string name, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? error)
    {
        text = null;
        if (directory is null)
        {
            error = $"the Agent has no {setting}, in which '{name}' would be";
            return false;
        }

        try
        {
            error = Wrong(name, out var path);
            if (error is null) text = File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error = $"the file '{name}' of the Agent's {setting} cannot be read";
        }

        if (text?.Contains('\0', StringComparison.Ordinal) is true)
        {
            (text, error) = (null, $"the file '{name}' of the Agent's {setting} holds the character NUL");
        }

        return error is null;
    }

    private string? Wrong(string name, out string path)
    {
        var root = Real(Path.GetFullPath(directory!));
        path = Path.GetFullPath(Path.Combine(root, name.TrimStart('/')));
        if (!IsInside(root, path)) return $"'{name}' is outside of the Agent's {setting}";
        if (!File.Exists(path)) return $"the file '{name}' is not in the Agent's {setting}";

        var target = Real(path);
        if (!IsInside(root, target)) return $"'{name}' leads outside of the Agent's {setting}";

        return new FileInfo(target).Length > MaxBytes
            ? $"the file '{name}' of the Agent's {setting} has more than {MaxBytes} bytes"
            : null;
    }

    private static bool IsInside(string root, string path) =>
        path.StartsWith(root.TrimEnd('/') + '/', StringComparison.Ordinal);

    // What a path comes to when every link on its way is followed.
    private static string Real(string path)
    {
        var real = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            var info = Directory.Exists(next) ? (FileSystemInfo)new DirectoryInfo(next) : new FileInfo(next);
            real = info.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName) : next;
        }

        return real;
    }
}

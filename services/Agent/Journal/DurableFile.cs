using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Ecs.Agent.Journal;

/// <summary>Small files that are there as a whole or not at all, whatever happens to process or machine.</summary>
internal static class DurableFile
{
    private const int ReadOnlyDirectory = 0x10000; // O_RDONLY | O_DIRECTORY

    /// <summary>The ending of a file that is still being written; one that is left over is of no use.</summary>
    public const string Unfinished = ".new";

    /// <summary>Replaces a file's content. Returns when the disk has it, directory entry included.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        Write(path, content, toDisk: true);
        FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Replaces a file's content; it outlives the process at once, and the machine when the system sees to it.</summary>
    public static void ReplaceSoon(string path, ReadOnlySpan<byte> content) => Write(path, content, toDisk: false);

    private static void Write(string path, ReadOnlySpan<byte> content, bool toDisk)
    {
        var unfinished = path + Unfinished;
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(content);
            file.Flush(toDisk);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    // .NET opens no directories, and without this a power cut may undo the rename.
    private static void FlushDirectory(string directory)
    {
        if (!OperatingSystem.IsLinux()) return;

        var handle = Open(directory, ReadOnlyDirectory);
        if (handle < 0) throw new IOException(directory, new Win32Exception(Marshal.GetLastPInvokeError()));

        try
        {
            if (Sync(handle) != 0) throw new IOException(directory, new Win32Exception(Marshal.GetLastPInvokeError()));
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}

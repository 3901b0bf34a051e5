using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Ecs.Agent.Journal;

/// <summary>Small files that are there as a whole or not at all, whatever happens to process or machine.</summary>
internal static class DurableFile
{
    private const int ReadOnlyDirectory = 0x10000; // O_RDONLY | O_DIRECTORY

    /// <summary>The ending of a file that is still being written; one that is left over is of no use.</summary>
    public const string Unfinished = ".new";

    /// <summary>Replaces a file's content, and returns when the disk has it, directory entry included.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        Replace(path, content, toDisk: true);
        FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Replaces a file's content; the directory is still to be flushed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What shall stand in it.</param>
    /// <param name="toDisk">Whether to wait for the disk.</param>
    public static void Replace(string path, ReadOnlySpan<byte> content, bool toDisk)
    {
        var unfinished = path + Unfinished;
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(content);
            file.Flush(toDisk);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Waits until the disk has a directory's entries: without this a power cut may undo a rename.</summary>
    public static void FlushDirectory(string directory)
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

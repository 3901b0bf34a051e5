using System.Threading.Channels;

namespace Ecs.Agent.Journal;

/// <summary>
/// Writes the journal's files on a thread of its own, all that wait at once: the disk's commit is then paid by many
/// tasks together, and no thread of the pool stands still for it.
/// </summary>
internal sealed class JournalWriter : IAsyncDisposable
{
    /// <summary>
    /// The most files in one commit. Each waits for all of its group: more would keep Docker idle while a burst is
    /// written.
    /// </summary>
    public const int MaxFiles = 8;

    /// <summary>The most files that wait; further ones wait for room.</summary>
    public const int MaxWaiting = 512;

    private readonly string _directory;
    private readonly Channel<Entry> _waiting =
        Channel.CreateBounded<Entry>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to write files of this directory.</summary>
    public JournalWriter(string directory)
    {
        _directory = directory;
        new Thread(Run) { IsBackground = true, Name = "journal" }.Start();
    }

    /// <summary>How the names of files end that have only to outlive the process.</summary>
    public const string SoonEnding = ".soon";

    /// <summary>The file of what has only to outlive the process. It goes when the other one is replaced.</summary>
    public static string SoonOf(string path) => Path.ChangeExtension(path, SoonEnding);

    /// <summary>
    /// Replaces a file's content, or deletes the file where there is none. What the disk is not waited for stands in a
    /// file beside it: a power cut may tear that one, and what the disk was waited for is still there.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What shall stand in it; null for nothing.</param>
    /// <param name="isDurable">Whether to wait for the disk, or only to outlive the process.</param>
    /// <param name="ct">Ends the wait for room.</param>
    /// <returns>Ends when it is written; with the fault of the disk where it cannot be.</returns>
    public async Task WriteAsync(string path, byte[]? content, bool isDurable, CancellationToken ct)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync(new Entry(path, content, isDurable, written), ct);
        await written.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _ended.Task;
    }

    private void Run()
    {
        var batch = new List<Entry>();
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < MaxFiles && _waiting.Reader.TryRead(out var entry)) batch.Add(entry);
            Write(batch);
            batch.Clear();
        }

        _ended.SetResult();
    }

    private void Write(List<Entry> batch)
    {
        if (TryWrite(batch) is not { } fault)
        {
            foreach (var entry in batch) entry.Written.SetResult();
        }
        else if (batch is [var alone])
        {
            alone.Written.SetException(fault);
        }
        else
        {
            // One file's fault is its own task's alone.
            foreach (var entry in batch) Write([entry]);
        }
    }

    private Exception? TryWrite(List<Entry> batch)
    {
        try
        {
            // Somebody may have removed it, and what is wanted of tasks must be kept all the same.
            Directory.CreateDirectory(_directory);
            foreach (var entry in batch) Write(entry);

            if (batch.Exists(entry => entry.IsDurable)) DurableFile.FlushDirectory(_directory);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault;
        }
    }

    private static void Write(Entry entry)
    {
        var soon = SoonOf(entry.Path);
        if (entry is { Content: { } content, IsDurable: false })
        {
            DurableFile.Replace(soon, content, toDisk: false);
            return;
        }

        if (entry.Content is null) File.Delete(entry.Path);
        else DurableFile.Replace(entry.Path, entry.Content, toDisk: true);
        File.Delete(soon);
    }

    private sealed record Entry(string Path, byte[]? Content, bool IsDurable, TaskCompletionSource Written);
}

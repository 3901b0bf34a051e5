using System.Text.Json;
using Ecs.Agent.Journal;
using Ecs.Agent.Tasks;
using Ecs.Contracts;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Agents;

/// <summary>What an Agent's machine keeps on disk: it outlives the program, unless the disk is lost.</summary>
internal sealed class SimDisk
{
    private readonly SortedDictionary<string, byte[]> _flushed = new(StringComparer.Ordinal);

    /// <summary>The journal's files, by task.</summary>
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The last session.</summary>
    public long Session { get; set; }

    /// <summary>A file is written, or removed; the disk has it where that was waited for.</summary>
    public void Write(string task, byte[]? content, bool isFlushed)
    {
        Set(Files, task, content);
        if (isFlushed) Set(_flushed, task, content);
    }

    /// <summary>The power is cut: what the disk was not waited for is as it was before.</summary>
    public void CutPower()
    {
        Files.Clear();
        foreach (var (task, content) in _flushed) Files[task] = content;
    }

    /// <summary>The disk is lost, and with it all that was on it.</summary>
    public void Lose()
    {
        Files.Clear();
        _flushed.Clear();
        Session = 0;
    }

    private static void Set(SortedDictionary<string, byte[]> files, string task, byte[]? content)
    {
        if (content is null) files.Remove(task);
        else files[task] = content;
    }
}

/// <summary>The journal as one run of the program writes it: one file after another.</summary>
internal sealed class SimJournal(SimProcess process, SimDisk disk, IMishaps mishaps) : ITaskJournal
{
    private TimeSpan _free;

    /// <inheritdoc/>
    public IReadOnlyList<TaskState> Load() =>
    [
        .. disk.Files.Values.Select(file => JsonSerializer.Deserialize<TaskState>(file, EcsJson.Options)!.Restored()),
    ];

    /// <inheritdoc/>
    public Task SaveAsync(TaskState task, CancellationToken ct) => WriteAsync(task, Bytes(task), isFlushed: true);

    /// <inheritdoc/>
    public Task SaveSoonAsync(TaskState task, CancellationToken ct) => WriteAsync(task, Bytes(task), isFlushed: false);

    /// <inheritdoc/>
    public Task RemoveAsync(TaskState task, CancellationToken ct) => WriteAsync(task, null, isFlushed: false);

    private static byte[] Bytes(TaskState task) => JsonSerializer.SerializeToUtf8Bytes(task, EcsJson.Options);

    private Task WriteAsync(TaskState task, byte[]? content, bool isFlushed)
    {
        var written = new TaskCompletionSource();
        var fate = mishaps.Of(process, "journal");
        if (fate is Fate.Dies)
        {
            mishaps.Kill(process);
            return written.Task;
        }

        var world = process.World;
        _free = (_free > world.Now ? _free : world.Now) + mishaps.Latency();
        world.After(_free - world.Now, () =>
        {
            // What the program had not handed to the disk when it died is lost with it.
            if (!process.IsAlive) return;

            disk.Write(task.TaskArn, content, isFlushed);
            if (fate is Fate.DiesAfterEffect) mishaps.Kill(process);
            else process.Run(() => written.TrySetResult());
        });
        return written.Task;
    }
}

using System.Text.Json;
using Ecs.Agent.Journal;
using Ecs.Agent.Tasks;
using Ecs.Contracts;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Agents;

/// <summary>What an Agent's machine keeps on disk: it outlives the program, unless the disk is lost.</summary>
internal sealed class SimDisk
{
    /// <summary>The journal's files, by task.</summary>
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The last session.</summary>
    public long Session { get; set; }

    /// <summary>The disk is lost, and with it all that was on it.</summary>
    public void Lose()
    {
        Files.Clear();
        Session = 0;
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
    public Task SaveAsync(TaskState task, CancellationToken ct) => WriteAsync(task, Bytes(task));

    /// <inheritdoc/>
    public Task SaveSoonAsync(TaskState task, CancellationToken ct) => WriteAsync(task, Bytes(task));

    /// <inheritdoc/>
    public Task RemoveAsync(TaskState task, CancellationToken ct) => WriteAsync(task, null);

    private static byte[] Bytes(TaskState task) => JsonSerializer.SerializeToUtf8Bytes(task, EcsJson.Options);

    private Task WriteAsync(TaskState task, byte[]? content)
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

            if (content is null) disk.Files.Remove(task.TaskArn);
            else disk.Files[task.TaskArn] = content;
            if (fate is Fate.DiesAfterEffect) mishaps.Kill(process);
            else process.Run(() => written.TrySetResult());
        });
        return written.Task;
    }
}

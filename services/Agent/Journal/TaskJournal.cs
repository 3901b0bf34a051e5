using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ecs.Agent.Tasks;
using Ecs.Contracts;

namespace Ecs.Agent.Journal;

/// <summary>
/// What the Agent wants of its tasks and owes the Scheduler about them, one file a task, and beside it what the disk
/// was not waited for. What Docker has is not here: that is asked of Docker.
/// </summary>
internal sealed class TaskJournal : ITaskJournal, IAsyncDisposable
{
    /// <summary>
    /// The form of a file. It rises when a reader of the one before would understand something else; files of before
    /// there were forms are the task alone.
    /// </summary>
    private const int Format = 1;

    private const string Ending = ".json";

    /// <summary>The pause before a disk that cannot have the directory is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, string> _unkept = new(StringComparer.Ordinal);

    // By file, the digest of what the disk has in it.
    private readonly ConcurrentDictionary<string, string> _flushed = new(StringComparer.Ordinal);
    private readonly string _directory;
    private readonly JournalWriter _writer;
    private readonly ILogger _log;

    /// <summary>Opens the journal in a directory, which is made where it is not there.</summary>
    public TaskJournal(string directory, ILogger log)
    {
        _directory = Directory.CreateDirectory(directory).FullName;
        _writer = new JournalWriter(_directory);
        _log = log;
    }

    /// <inheritdoc/>
    public string? Fault => _unkept.Values.FirstOrDefault();

    /// <summary>Opens the journal; waits for as long as the disk does not let it.</summary>
    public static async Task<TaskJournal> OpenAsync(
        string directory, TimeProvider clock, ILogger log, CancellationToken ct)
    {
        for (var said = false; ; said = true)
        {
            try
            {
                return new TaskJournal(directory, log);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                if (!said) log.LogError("{Path} cannot be opened: {Text} Waiting.", directory, fault.Message);
                await Task.Delay(Pause, clock, ct);
            }
        }
    }

    /// <summary>All that can be read. What cannot is set aside: a full list then tells what it was.</summary>
    public IReadOnlyList<TaskState> Load()
    {
        var tasks = new List<TaskState>();
        foreach (var path in Directory.GetFiles(_directory, "*" + Ending))
        {
            if (Read(path) is { } task) tasks.Add((ReadSoon(path) ?? task).Restored());
        }

        // Of a task that went, or that an Agent which knows no such files has removed.
        foreach (var soon in Directory.GetFiles(_directory, "*" + JournalWriter.SoonEnding))
        {
            if (!File.Exists(Path.ChangeExtension(soon, Ending))) File.Delete(soon);
        }

        return tasks;
    }

    /// <inheritdoc/>
    public async Task SaveAsync(TaskState task, CancellationToken ct)
    {
        try
        {
            await FlushAsync(task, ct);
            _unkept.TryRemove(task.TaskArn, out _);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _unkept[task.TaskArn] = fault.Message;
            throw;
        }
    }

    /// <inheritdoc/>
    public Task SaveSoonAsync(TaskState task, CancellationToken ct)
    {
        var path = PathOf(task);
        return _flushed.TryGetValue(path, out var follows)
            ? _writer.WriteAsync(path, Bytes(Keep(task) with { Follows = follows }), isDurable: false, ct)
            : FlushAsync(task, ct); // There is nothing that it could follow.
    }

    /// <inheritdoc/>
    public Task RemoveAsync(TaskState task, CancellationToken ct)
    {
        var path = PathOf(task);
        _flushed.TryRemove(path, out _);
        return _writer.WriteAsync(path, null, isDurable: false, ct);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task FlushAsync(TaskState task, CancellationToken ct)
    {
        var (path, kept) = (PathOf(task), Keep(task));
        _flushed[path] = kept.Digest;
        try
        {
            await _writer.WriteAsync(path, Bytes(kept), isDurable: true, ct);
        }
        catch
        {
            _flushed.TryRemove(new(path, kept.Digest));
            throw;
        }
    }

    // The digest tells a file that a disk has changed, which may still be good JSON.
    private static Kept Keep(TaskState task)
    {
        var element = JsonSerializer.SerializeToElement(task, EcsJson.Options);
        return new Kept(Format, DigestOf(element), element);
    }

    private static byte[] Bytes(Kept kept) => JsonSerializer.SerializeToUtf8Bytes(kept, EcsJson.Options);

    private static string DigestOf(JsonElement task) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(task.GetRawText())));

    private TaskState? Read(string path)
    {
        try
        {
            var (task, kept) = Parse(File.ReadAllBytes(path));
            if (PathOf(task) != path) throw new InvalidDataException($"it is of {task.TaskArn}");

            if (kept is not null) _flushed[path] = kept.Digest;
            return task;
        }
        catch (Exception broken)
        {
            // Whatever is wrong with it: one file must not keep the others from being read.
            _log.LogError("The journal's {Path} cannot be read, and is set aside: {Text}", path, broken.Message);
            SetAside(path);
            return null;
        }
    }

    // Only what was written on top of the very file that is here: the end may have come before an older one was gone.
    private TaskState? ReadSoon(string path)
    {
        var soon = JournalWriter.SoonOf(path);
        try
        {
            if (!File.Exists(soon)) return null;

            var (task, kept) = Parse(File.ReadAllBytes(soon));
            var follows = kept?.Follows ?? throw new InvalidDataException("it follows nothing");
            if (follows == _flushed.GetValueOrDefault(path) && PathOf(task) == path) return task;

            File.Delete(soon);
        }
        catch (Exception broken)
        {
            _log.LogWarning("{Path} cannot be read, and what was kept before it counts: {Text}", soon, broken.Message);
            SetAside(soon);
        }

        return null;
    }

    private static (TaskState Task, Kept? Kept) Parse(byte[] bytes)
    {
        Kept? kept = null;
        var whole = JsonSerializer.Deserialize<JsonElement>(bytes);
        var element = whole;
        if (whole.ValueKind == JsonValueKind.Object && whole.TryGetProperty("format", out _))
        {
            kept = whole.Deserialize<Kept>(EcsJson.Options)!;
            if (kept.Format != Format) throw new InvalidDataException($"its format is {kept.Format}");

            element = kept.Task;
            if (DigestOf(element) != kept.Digest) throw new InvalidDataException("its digest is another");
        }

        var task = element.Deserialize<TaskState>(EcsJson.Options);
        return task is { TaskArn: { Length: > 0 }, Containers: { } containers } &&
            containers.All(c => c is { Definition.Name: not null, DockerName: not null, Bindings: not null })
            ? (task, kept)
            : throw new InvalidDataException("it is no task, or only a part of one");
    }

    private void SetAside(string path)
    {
        try
        {
            File.Move(path, path + ".corrupt", overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _log.LogError("{Path} cannot be set aside: {Text}", path, fault.Message);
        }
    }

    // Ids come from outside: one that is not of the usual form must not become a path.
    private string PathOf(TaskState task)
    {
        var name = task.Id.Length <= 64 && task.Id.All(char.IsAsciiLetterOrDigit)
            ? task.Id
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(task.TaskArn)));
        return Path.Combine(_directory, name + Ending);
    }

    private sealed record Kept(int Format, string Digest, JsonElement Task)
    {
        /// <summary>The digest of what the disk had when this was kept soon; null for what it was waited for.</summary>
        public string? Follows { get; init; }
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ecs.Agent.Tasks;
using Ecs.Contracts;

namespace Ecs.Agent.Journal;

/// <summary>
/// What the Agent wants of its tasks and owes the Scheduler about them, one file a task. What Docker has is not here:
/// that is asked of Docker.
/// </summary>
internal sealed class TaskJournal : ITaskJournal, IAsyncDisposable
{
    private const string Ending = ".json";

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

    /// <summary>All that can be read. What cannot is set aside: a full list then tells what it was.</summary>
    public IReadOnlyList<TaskState> Load()
    {
        var tasks = new List<TaskState>();
        foreach (var path in Directory.EnumerateFiles(_directory, "*" + Ending))
        {
            if (Read(path) is { } task) tasks.Add(task.Restored());
            else File.Move(path, path + ".corrupt", overwrite: true);
        }

        return tasks;
    }

    /// <inheritdoc/>
    public Task SaveAsync(TaskState task, CancellationToken ct) =>
        _writer.WriteAsync(PathOf(task), Bytes(task), isDurable: true, ct);

    /// <inheritdoc/>
    public Task SaveSoonAsync(TaskState task, CancellationToken ct) =>
        _writer.WriteAsync(PathOf(task), Bytes(task), isDurable: false, ct);

    /// <inheritdoc/>
    public Task RemoveAsync(TaskState task, CancellationToken ct) =>
        _writer.WriteAsync(PathOf(task), null, isDurable: false, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static byte[] Bytes(TaskState task) => JsonSerializer.SerializeToUtf8Bytes(task, EcsJson.Options);

    private TaskState? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<TaskState>(File.ReadAllBytes(path), EcsJson.Options);
        }
        catch (JsonException broken)
        {
            _log.LogError("The journal's {Path} cannot be read, and is set aside: {Text}", path, broken.Message);
            return null;
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
}

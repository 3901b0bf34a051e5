using System.Text.Json;
using Ecs.Agent.Journal;
using Ecs.Contracts;

namespace Ecs.Agent.Executing;

/// <summary>
/// The commands whose ends are owed to the log, one file each: an Agent that was killed tells them when it is back.
/// </summary>
/// <param name="directory">The directory, which is made with the first file.</param>
/// <param name="log">Where it is said that a file cannot be read or removed.</param>
internal sealed class ExecutionJournal(string directory, ILogger log)
{
    private const string Ending = ".json";

    /// <summary>All that can be read. What cannot is set aside, and ends in the log as one that is not known.</summary>
    public IReadOnlyList<OpenExecution> Load() => !Directory.Exists(directory)
        ? []
        : [.. Directory.GetFiles(directory, "*" + Ending).Order(StringComparer.Ordinal).Select(Read)
            .OfType<OpenExecution>()];

    /// <summary>Keeps what is known of one; the disk has it then.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Save(OpenExecution execution)
    {
        Directory.CreateDirectory(directory);
        DurableFile.Replace(PathOf(execution.Id), JsonSerializer.SerializeToUtf8Bytes(execution, EcsJson.Options));
    }

    /// <summary>Forgets one: nothing is owed any more.</summary>
    public void Remove(string id)
    {
        try
        {
            File.Delete(PathOf(id));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Its end is told once more at the next start, which changes nothing.
            log.LogWarning("{Path} cannot be removed: {Text}", PathOf(id), fault.Message);
        }
    }

    private OpenExecution? Read(string path)
    {
        try
        {
            var read = JsonSerializer.Deserialize<OpenExecution>(File.ReadAllBytes(path), EcsJson.Options);
            return read is { Id: { } id, TaskArn: not null, RuntimeId: not null } && PathOf(id) == path
                ? read
                : throw new InvalidDataException("it is no execution, or another's");
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException
            or InvalidDataException)
        {
            log.LogError("{Path} cannot be read, and is set aside: {Text}", path, broken.Message);
            SetAside(path);
            return null;
        }
    }

    private void SetAside(string path)
    {
        try
        {
            File.Move(path, path + ".corrupt", overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            log.LogError("{Path} cannot be set aside: {Text}", path, fault.Message);
        }
    }

    // Ids come from outside: no part of one may lead out of the directory.
    private string PathOf(string id) =>
        Path.Combine(directory, string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')) + Ending);
}

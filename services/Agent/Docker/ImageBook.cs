using System.Text.Json;
using System.Text.Json.Serialization;
using Ecs.Agent.Journal;
using Ecs.Contracts;

namespace Ecs.Agent.Docker;

/// <summary>
/// What this Agent knows of the images that it pulled, in a file beside its journal: what was pulled once, and what it
/// brought to the machine and so may remove. A file that is lost makes the Agent forget, never remove more.
/// </summary>
internal sealed class ImageBook
{
    private readonly Lock _guard = new();
    private readonly string _path;
    private readonly ILogger _log;
    private readonly Dictionary<string, PulledImage> _images;

    /// <summary>Opens the book.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="log">Where it is said that the file cannot be read or written.</param>
    public ImageBook(string path, ILogger log)
    {
        (_path, _log) = (path, log);
        _images = Load();
    }

    /// <summary>All images, by name.</summary>
    public IReadOnlyList<PulledImage> All
    {
        get
        {
            lock (_guard) return [.. _images.Values.OrderBy(image => image.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Whether an image was pulled for a task before.</summary>
    public bool Knows(string name)
    {
        lock (_guard) return _images.ContainsKey(name);
    }

    /// <summary>The names under which an image was pulled, and its id where one of them has moved on.</summary>
    public IReadOnlyList<PulledImage> NamesOf(string id)
    {
        lock (_guard) return [.. _images.Values.Where(image => image.Id == id)];
    }

    /// <summary>An image was pulled.</summary>
    public void Pulled(PulledImage image)
    {
        lock (_guard)
        {
            // One that it brought stays its own when a later pull finds nothing new.
            var before = _images.GetValueOrDefault(image.Name);
            var stays = before is { IsOurs: true } && before.Id == image.Id;

            if (before is { IsOurs: true } && !stays) Keep(before);
            _images[image.Name] = image with { IsOurs = image.IsOurs || stays };
            Save();
        }
    }

    /// <summary>A container of the image was made. Kept with the next change: it only delays a removal.</summary>
    public void Used(string name, DateTimeOffset at)
    {
        lock (_guard)
        {
            if (_images.TryGetValue(name, out var image)) _images[name] = image with { UsedAt = at };
        }
    }

    /// <summary>Images are gone. One that was pulled or used since it was looked at stays.</summary>
    public void Remove(params IReadOnlyCollection<PulledImage> gone)
    {
        lock (_guard)
        {
            var removed = gone.Count(image => _images.GetValueOrDefault(image.Name) == image
                && _images.Remove(image.Name));
            if (removed > 0) Save();
        }
    }

    // The tag has moved on, and it may be that nothing else names what it brought before. Another may have left it too.
    private void Keep(PulledImage left)
    {
        if (_images.GetValueOrDefault(left.Id) is { } kept && kept.UsedAt >= left.UsedAt) return;

        _images[left.Id] = left with { Name = left.Id };
    }

    private Dictionary<string, PulledImage> Load()
    {
        try
        {
            return File.Exists(_path)
                ? JsonSerializer.Deserialize<PulledImage[]>(File.ReadAllBytes(_path), EcsJson.Options)!
                    .ToDictionary(image => image.Name, StringComparer.Ordinal)
                : new(StringComparer.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException
            or ArgumentException)
        {
            _log.LogWarning("{Path} cannot be read, and what it said is forgotten: {Text}", _path, fault.Message);
            return new(StringComparer.Ordinal);
        }
    }

    private void Save()
    {
        try
        {
            DurableFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(_images.Values, EcsJson.Options));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _log.LogWarning("{Path} cannot be written: {Text}", _path, fault.Message);
        }
    }
}

/// <summary>An image that the Agent pulled.</summary>
internal sealed record PulledImage
{
    /// <summary>Its name, as definitions write it; its id where a pull has given the name to another.</summary>
    public required string Name { get; init; }

    /// <summary>Whether a pull has taken its name from it.</summary>
    [JsonIgnore]
    public bool IsNameless => Name == Id;

    /// <summary>Docker's id of it then; the name may mean another image by now.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// Whether the Agent brought it to the machine and gave it the name: an image that was there before, under
    /// whatever name, is not the Agent's.
    /// </summary>
    public required bool IsOurs { get; init; }

    /// <summary>When it was pulled last.</summary>
    public required DateTimeOffset PulledAt { get; init; }

    /// <summary>When a container of it was made last, or it was pulled.</summary>
    public required DateTimeOffset UsedAt { get; init; }
}

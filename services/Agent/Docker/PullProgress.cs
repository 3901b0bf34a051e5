using Docker.DotNet.Models;

namespace Ecs.Agent.Docker;

/// <summary>How far a pull is, from what Docker says of each layer. Safe to read while Docker goes on.</summary>
internal sealed class PullProgress : IProgress<JSONMessage>
{
    private readonly Lock _guard = new();
    private readonly Dictionary<string, Layer> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Status, long Current)> _said = new(StringComparer.Ordinal);
    private string? _error;

    /// <summary>Called when Docker says something new: of a pull that hangs some engines say the same again.</summary>
    public Action Moved { get; set; } = static () => { };

    /// <summary>The failure that a pull which began well told within its progress; null where there is none.</summary>
    public string? Error
    {
        get
        {
            lock (_guard) return _error;
        }
    }

    /// <summary>Layers, those that are here; bytes to load as far as they are known, those that are loaded.</summary>
    public (int Layers, int Done, long Bytes, long Loaded) Level
    {
        get
        {
            lock (_guard)
            {
                return (_layers.Count, _layers.Values.Count(layer => layer.IsDone),
                    _layers.Values.Sum(layer => layer.Bytes), _layers.Values.Sum(layer => layer.Loaded));
            }
        }
    }

    /// <summary>The pull is tried again: what the last try came to does not count, what it brought does.</summary>
    public void Again()
    {
        lock (_guard) _error = null;
    }

    /// <inheritdoc/>
    public void Report(JSONMessage value)
    {
        lock (_guard)
        {
            _error ??= value.Error?.Message;
            if (value.ID is not { Length: > 0 } id || value.Status is not { } status) return;

            var layer = _layers.GetValueOrDefault(id);
            var total = value.Progress?.Total ?? 0;
            var current = value.Progress?.Current ?? 0;
            if (!_said.TryGetValue(id, out var last) || last != (status, current)) Moved();
            _said[id] = (status, current);
            var next = status switch
            {
                "Pulling fs layer" or "Waiting" => layer ?? new Layer(0, 0, false),
                "Downloading" => new Layer(Math.Max(total, layer?.Bytes ?? 0), current, false),
                "Download complete" or "Verifying Checksum" when layer is not null =>
                    layer with { Loaded = layer.Bytes },
                "Pull complete" when layer is not null => layer with { Loaded = layer.Bytes, IsDone = true },
                "Already exists" => new Layer(layer?.Bytes ?? 0, layer?.Bytes ?? 0, true),
                _ => layer,
            };
            if (next is not null) _layers[id] = next;
        }
    }

    private sealed record Layer(long Bytes, long Loaded, bool IsDone);
}

using System.Collections.Concurrent;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Ecs.Agent.Docker;

/// <summary>The engine's images: pulled once however many wait for them, and their digests.</summary>
internal sealed class Images(Engine engine) : IDisposable
{
    private readonly ConcurrentDictionary<string, Task<string?>> _digests = new(StringComparer.Ordinal);
    private readonly Lock _sharing = new();
    private readonly Dictionary<string, SharedPull> _pulls = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _line = new(Limits.MaxPulls, Limits.MaxPulls);

    /// <summary>Images may have changed: ask for digests anew.</summary>
    public void Refresh() => _digests.Clear();

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    /// <summary>
    /// The digest that the registry knows the image by; of an image that came from no registry the engine's own id,
    /// which is a digest too. Null where there is no such image or nobody can tell.
    /// </summary>
    public Task<string?> FindDigestAsync(string image)
    {
        var asked = _digests.GetOrAdd(image, AskDigestAsync);
        if (asked is not { IsCompletedSuccessfully: true, Result: null }) return asked;

        _digests.TryRemove(image, out _); // It may have come since.
        return _digests.GetOrAdd(image, AskDigestAsync);
    }

    private async Task<string?> AskDigestAsync(string image)
    {
        try
        {
            using var timed = new CancellationTokenSource(Limits.Look);
            var client = await engine.ConnectAsync(timed.Token);
            var found = await client.Images.InspectImageAsync(image, timed.Token);
            return found.RepoDigests?.FirstOrDefault() is { } named
                ? named[(named.IndexOf('@', StringComparison.Ordinal) + 1)..]
                : found.ID;
        }
        catch (Exception)
        {
            return null; // A task runs as well without it.
        }
    }

    /// <summary>
    /// Pulls an image, or waits for the pull of it that is under way. It ends when nobody waits any more.
    /// </summary>
    /// <exception cref="DockerApiException">The registry or the engine refused.</exception>
    public async Task PullAsync(string image, CancellationToken ct)
    {
        SharedPull pull;
        lock (_sharing)
        {
            if (!_pulls.TryGetValue(image, out pull!)) _pulls[image] = pull = new(c => RunAsync(image, c));
            pull.Waiting++;
        }

        try
        {
            await pull.Ended.WaitAsync(ct);
        }
        finally
        {
            lock (_sharing)
            {
                if (--pull.Waiting == 0 && _pulls.GetValueOrDefault(image) == pull)
                {
                    _pulls.Remove(image);
                    pull.Dispose();
                }
            }
        }
    }

    private async Task RunAsync(string image, CancellationToken ct)
    {
        await _line.WaitAsync(ct);
        try
        {
            var (name, tag) = Split(image);
            var said = new Errors();
            var client = await engine.ConnectAsync(ct);
            var parameters = new ImagesCreateParameters { FromImage = name, Tag = tag };
            await client.Images.CreateImageAsync(parameters, new AuthConfig(), said, ct);
            if (said.First is { } error) throw new DockerApiException(System.Net.HttpStatusCode.NotFound, error);
        }
        finally
        {
            _line.Release();
        }
    }

    // Without a tag Docker would pull every one that there is.
    internal static (string Name, string Tag) Split(string image)
    {
        var at = image.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0) return (image[..at], image[(at + 1)..]);

        var colon = image.LastIndexOf(':');
        return colon > image.LastIndexOf('/') ? (image[..colon], image[(colon + 1)..]) : (image, "latest");
    }

    // A pull that began well tells its failure within its progress.
    private sealed class Errors : IProgress<JSONMessage>
    {
        public string? First { get; private set; }

        public void Report(JSONMessage value) => First ??= value.Error?.Message;
    }

    private sealed class SharedPull : IDisposable
    {
        private readonly CancellationTokenSource _ending = new();

        public SharedPull(Func<CancellationToken, Task> pull)
        {
            var ct = _ending.Token;
            Ended = Task.Run(() => pull(ct));
        }

        public int Waiting { get; set; }

        public Task Ended { get; }

        public void Dispose()
        {
            _ending.Cancel();
            _ending.Dispose();
        }
    }
}

using System.Collections.Concurrent;
using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Contracts.Agents;

namespace Ecs.Agent.Docker;

/// <summary>The engine's images: pulled once however many wait for them, and their digests.</summary>
internal sealed class Images(
    Engine engine, RegistryCredentials credentials, ImageBook book, TimeProvider clock, ILogger log)
{
    private readonly ConcurrentDictionary<(string Image, string Name), Task<string?>> _digests = new();
    private readonly Lock _sharing = new();
    private readonly Dictionary<string, SharedPull> _pulls = new(StringComparer.Ordinal);
    private readonly Places _line = new(Limits.MaxPulls, Limits.PullSilence, clock);

    /// <summary>Images may have changed: ask for digests anew.</summary>
    public void Refresh() => _digests.Clear();

    /// <summary>
    /// The digest that the image's own repository knows it by; where none is known, the engine's own id, which is a
    /// digest too. Null where there is no such image or nobody can tell.
    /// </summary>
    /// <param name="image">The image, by its name or by the engine's id.</param>
    /// <param name="name">The name that a container calls it by.</param>
    public Task<string?> FindDigestAsync(string image, string name)
    {
        var asked = _digests.GetOrAdd((image, name), AskDigestAsync);
        if (asked is not { IsCompletedSuccessfully: true, Result: null }) return asked;

        _digests.TryRemove((image, name), out _); // It may have come since.
        return _digests.GetOrAdd((image, name), AskDigestAsync);
    }

    private async Task<string?> AskDigestAsync((string Image, string Name) asked)
    {
        try
        {
            using var timed = new CancellationTokenSource(Limits.Look);
            var client = await engine.ConnectAsync(timed.Token);
            var found = await client.Images.InspectImageAsync(asked.Image, timed.Token);
            return RepoDigests.Choose(asked.Name, found.RepoDigests ?? []) ?? found.ID;
        }
        catch (Exception)
        {
            return null; // A task runs as well without it.
        }
    }

    /// <summary>Whether an image is pulled before a container is made of it, whatever the machine has.</summary>
    public bool MustPull(PullBehavior behavior, string image) => behavior switch
    {
        PullBehavior.Default or PullBehavior.Always => true,
        PullBehavior.Once => !book.Knows(image),
        _ => false,
    };

    /// <summary>A container of the image was made.</summary>
    public void Used(string image) => book.Used(image, clock.GetUtcNow());

    /// <summary>Whether the engine has an image, whatever it means by that name.</summary>
    public async Task<bool> HasAsync(string image, CancellationToken ct) =>
        await IdAsync(await engine.ConnectAsync(ct), image, ct) is not null;

    /// <summary>
    /// Pulls an image, or waits for the pull of it that is under way. It ends when nobody waits any more. A fault that
    /// may pass is told in the log alone, and the image asked for again, as <see cref="Limits.MaxPullTries"/> says.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="told">Is told how far it is, at most once in <see cref="Limits.PullReportEvery"/>.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="DockerApiException">The registry or the engine refused.</exception>
    public async Task<ImagePull> PullAsync(string image, Action<ImagePull> told, CancellationToken ct)
    {
        SharedPull pull;
        lock (_sharing)
        {
            if (!_pulls.TryGetValue(image, out pull!))
            {
                _pulls[image] = pull = new(clock.GetUtcNow(), (progress, c) => RunAsync(image, progress, c));
            }

            pull.Waiting++;
        }

        try
        {
            await FollowAsync(image, pull, told, ct);

            // Not every engine says of each layer that it is complete; that all are here is known now.
            var level = pull.Level(image);
            return level with
            {
                StoppedAt = clock.GetUtcNow(),
                LayersDone = level.Layers,
                BytesLoaded = level.Bytes,
            };
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

    private async Task FollowAsync(string image, SharedPull pull, Action<ImagePull> told, CancellationToken ct)
    {
        told(pull.Level(image));
        while (await Task.WhenAny(pull.Ended, Task.Delay(Limits.PullReportEvery, clock, ct)) != pull.Ended)
        {
            ct.ThrowIfCancellationRequested();
            told(pull.Level(image));
        }

        await pull.Ended;
    }

    private async Task RunAsync(string image, PullProgress progress, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await TryAsync(image, progress, ct);
                return;
            }
            catch (DockerApiException fault) when (tries < Limits.MaxPullTries
                && DockerFaults.MayPullPass(fault) && !DockerFaults.IsPassing(fault))
            {
                var pause = Limits.PullPause(tries);
                log.LogWarning(
                    "{Image} could not be pulled (try {Tries} of {Most}), and is tried again in {Seconds} s: {Text}",
                    image, tries, Limits.MaxPullTries, pause.TotalSeconds, DockerFaults.Text(fault));
                await Task.Delay(pause, clock, ct);
                progress.Again();
            }
        }
    }

    private async Task TryAsync(string image, PullProgress progress, CancellationToken ct)
    {
        using var place = await _line.TakeAsync(ct);
        progress.Moved = place.Renew;
        var (name, tag) = Split(image);
        var client = await engine.ConnectAsync(ct);
        var before = await IdAsync(client, image, ct);
        var there = await client.Images.ListImagesAsync(new ImagesListParameters { All = true }, ct);
        var parameters = new ImagesCreateParameters { FromImage = name, Tag = tag };
        await client.Images.CreateImageAsync(parameters, credentials.For(image), progress, ct);
        if (progress.Error is { } error)
        {
            throw new DockerApiException(System.Net.HttpStatusCode.InternalServerError, error);
        }

        if (await IdAsync(client, image, ct) is not { } id) return;

        var isBrought = there.All(other => other.ID != id) || book.NamesOf(id).Any(name => name.IsOurs);
        Record(image, id, isOurs: isBrought && IsGiven(image, id, before));
    }

    // A tag may be somebody's for an image of the Agent's; a digest is nobody's: it comes with the image.
    private static bool IsGiven(string image, string id, string? before) =>
        id != before || image.Contains('@', StringComparison.Ordinal);

    private void Record(string image, string id, bool isOurs)
    {
        var now = clock.GetUtcNow();
        _digests.TryRemove((image, image), out _);
        book.Pulled(new PulledImage { Name = image, Id = id, IsOurs = isOurs, PulledAt = now, UsedAt = now });
    }

    private static async Task<string?> IdAsync(DockerClient client, string image, CancellationToken ct)
    {
        try
        {
            return (await client.Images.InspectImageAsync(image, ct)).ID;
        }
        catch (DockerApiException fault) when (fault.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
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

    private sealed class SharedPull : IDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly PullProgress _progress = new();
        private readonly DateTimeOffset _startedAt;

        public SharedPull(DateTimeOffset startedAt, Func<PullProgress, CancellationToken, Task> pull)
        {
            _startedAt = startedAt;
            var ct = _ending.Token;
            Ended = Task.Run(() => pull(_progress, ct));
        }

        public int Waiting { get; set; }

        public Task Ended { get; }

        public ImagePull Level(string image)
        {
            var (layers, done, bytes, loaded) = _progress.Level;
            return new ImagePull
            {
                Image = image,
                StartedAt = _startedAt,
                Layers = layers,
                LayersDone = done,
                Bytes = bytes,
                BytesLoaded = loaded,
            };
        }

        public void Dispose()
        {
            _ending.Cancel();
            _ending.Dispose();
        }
    }
}

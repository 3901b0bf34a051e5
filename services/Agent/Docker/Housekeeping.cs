using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Ecs.Agent.Docker;

/// <summary>
/// Removes what tasks have left behind: images that this Agent brought and nobody uses, and volumes that it made for
/// tasks which are over. Nothing is forced: what a container uses, whosever it is, Docker keeps. What Docker has no
/// more is forgotten.
/// </summary>
internal sealed class Housekeeping(
    Engine engine, ImageBook book, Volumes volumes, ImageSettings settings, TimeProvider clock, ILogger log)
{
    /// <summary>Goes its rounds until it is ended; the first one after the time of a round.</summary>
    /// <param name="isKnown">Whether the Agent looks after a task.</param>
    /// <param name="isWanted">Whether a task that is not over has an image.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync(Func<string, bool> isKnown, Func<string, bool> isWanted, CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(settings.CleanupEvery, clock, ct);
            try
            {
                using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct);
                timed.CancelAfter(Limits.Remove);
                var client = await engine.ConnectAsync(timed.Token);
                await volumes.RemoveLeftAsync(client, isKnown, timed.Token);
                await ForgetAsync(client, timed.Token);
                if (settings.RemovesImages) await RemoveImagesAsync(client, isWanted, timed.Token);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                log.LogWarning("What is left behind could not be removed: {Text}", fault.Message);
            }
        }
    }

    private async Task RemoveImagesAsync(DockerClient client, Func<string, bool> isWanted, CancellationToken ct)
    {
        var oldest = clock.GetUtcNow() - settings.MinimumAge;
        var left = settings.PerRound;
        foreach (var image in book.All.Where(image => image.IsOurs).OrderBy(image => image.UsedAt))
        {
            if (left == 0) return;
            if (!MayGo(image, oldest, isWanted)) continue;

            if (await RemoveAsync(client, image, isWanted, ct)) left--;
        }
    }

    // All names of it count: with a tag Docker takes the digests away, and with the id all that there is.
    private bool MayGo(PulledImage image, DateTimeOffset oldest, Func<string, bool> isWanted) =>
        book.NamesOf(image.Id).All(name =>
            name.UsedAt <= oldest && !isWanted(name.Name) && (name.IsOurs || !image.IsNameless));

    private async Task<bool> RemoveAsync(
        DockerClient client, PulledImage image, Func<string, bool> isWanted, CancellationToken ct)
    {
        try
        {
            // Somebody may have given the name to an image of his own, or a name of his own to the image.
            var found = await client.Images.InspectImageAsync(image.Name, ct);
            var isOurs = found.ID == image.Id && !(image.IsNameless && found.RepoTags is { Count: > 0 });
            if (isOurs && (IsAwaited(found, isWanted) || await IsUsedAsync(client, image, ct))) return false;
            if (isOurs)
            {
                await client.Images.DeleteImageAsync(image.Name, new ImageDeleteParameters { Force = false }, ct);
                log.LogInformation("The image {Image}, not used since {Time}, is removed.", image.Name, image.UsedAt);
            }
        }
        catch (DockerApiException fault) when (fault.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }
        catch (DockerApiException fault) when (fault.StatusCode == HttpStatusCode.NotFound)
        {
            // It is gone already.
        }

        book.Remove(image);
        return true;
    }

    // What others remove, as where each build has a tag of its own, would stay in the book for good.
    private async Task ForgetAsync(DockerClient client, CancellationToken ct)
    {
        var known = book.All;
        var there = await client.Images.ListImagesAsync(new ImagesListParameters { All = true }, ct);
        var ids = there.Select(image => image.ID).ToHashSet(StringComparer.Ordinal);
        var gone = new List<PulledImage>();
        foreach (var image in known.Where(image => !ids.Contains(image.Id)))
        {
            if (!await IsThereAsync(client, image.Name, ct)) gone.Add(image);
        }

        book.Remove(gone);
    }

    private static async Task<bool> IsThereAsync(DockerClient client, string name, CancellationToken ct)
    {
        try
        {
            await client.Images.InspectImageAsync(name, ct);
            return true;
        }
        catch (DockerApiException fault) when (fault.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    // A task that has pulled nothing yet is not in the book, and may name the image by its digest.
    private static bool IsAwaited(ImageInspectResponse found, Func<string, bool> isWanted) =>
        found.RepoDigests is { } digests && digests.Any(isWanted);

    // Docker itself only takes the name away where the image has another one, whoever runs it.
    private static async Task<bool> IsUsedAsync(DockerClient client, PulledImage image, CancellationToken ct)
    {
        var containers = await client.Containers.ListContainersAsync(
            new ContainersListParameters
            {
                All = true,
                Filters = new Dictionary<string, IDictionary<string, bool>>
                {
                    ["ancestor"] = new Dictionary<string, bool> { [image.Id] = true },
                },
            },
            ct);
        return containers.Count > 0;
    }
}

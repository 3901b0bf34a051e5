using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Ecs.Agent.Docker;

/// <summary>
/// Docker's event stream. It may end or miss things at any time: a sweep goes on beneath it. What no sweep shows, an
/// image that changed or a process that was killed for its memory, is asked for from where it was heard last.
/// </summary>
internal sealed class ContainerWatch(Engine engine, Images images, string instanceId)
{
    // Of containers the first four, of images the others. With health_status Docker takes them all as beginnings of
    // names: "health_status: healthy".
    private static readonly string[] Heard =
        ["die", "destroy", "oom", "health_status", "pull", "tag", "untag", "delete", "import", "load"];

    // From when on the next stream is to tell, in Docker's own time.
    private string? _since;

    /// <summary>Hears of this instance's containers, and keeps image digests fresh, until the stream ends.</summary>
    public async Task RunAsync(Action<ContainerSign> heard, CancellationToken ct)
    {
        engine.Renew();
        var client = await engine.ConnectAsync(ct);
        _since ??= await AskTimeAsync(client, ct);
        images.Refresh();
        var parameters = new ContainerEventsParameters
        {
            Since = _since,
            Filters = new Dictionary<string, IDictionary<string, bool>>
            {
                ["type"] = new Dictionary<string, bool> { ["container"] = true, ["image"] = true },
                ["event"] = Heard.ToDictionary(name => name, _ => true),
            },
        };
        await client.System.MonitorEventsAsync(parameters, new Listener(Hear), ct);

        void Hear(Message message)
        {
            // The same word twice may be taken for one of the container's next run.
            if (message.TimeNano is > 0 and var told) _since = Text(told + 1);
            if (message.Type == "image") images.Refresh();
            else if (Read(message) is { } sign) heard(sign);
        }
    }

    // One that does not tell its time is heard from when its stream is open.
    private static async Task<string?> AskTimeAsync(DockerClient client, CancellationToken ct)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timed.CancelAfter(Limits.Look);
        var info = await client.System.GetSystemInfoAsync(timed.Token);
        return DateTimeOffset.TryParse(info.SystemTime, CultureInfo.InvariantCulture, out var now)
            ? Text((now - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick)
            : null;
    }

    private static string Text(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}.{rest:D9}");
    }

    private ContainerSign? Read(Message message)
    {
        var about = message.Actor?.Attributes ?? new Dictionary<string, string>();
        if (!about.TryGetValue(Labels.Instance, out var owner) || owner != instanceId) return null;
        if (!Labels.AreOf(about.TryGetValue("name", out var name) ? name : null, about)) return null;

        // A label of the container's may be called so too, and Docker tells the one for the other.
        int? exitCode = message.Action == "die" && about.TryGetValue("exitCode", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;
        return new ContainerSign(about[Labels.TaskArn], about[Labels.ContainerName], exitCode)
        {
            OutOfMemory = message.Action == "oom",
        };
    }

    // Progress<T> would hand each message to the thread pool, which keeps no order.
    private sealed class Listener(Action<Message> heard) : IProgress<Message>
    {
        public void Report(Message value) => heard(value);
    }
}

using System.Globalization;
using Docker.DotNet.Models;

namespace Ecs.Agent.Docker;

/// <summary>Docker's event stream. It may end or miss things at any time: a sweep goes on beneath it.</summary>
internal static class ContainerWatch
{
    // Of containers the first four, of images the others. With health_status Docker takes them all as beginnings of
    // names: "health_status: healthy".
    private static readonly string[] Heard =
        ["die", "destroy", "oom", "health_status", "pull", "tag", "untag", "delete", "import", "load"];

    /// <summary>Hears of this instance's containers, and keeps image digests fresh, until the stream ends.</summary>
    public static async Task RunAsync(
        Engine engine, Images images, string instanceId, Action<ContainerSign> heard, CancellationToken ct)
    {
        engine.Renew();
        images.Refresh();
        var client = await engine.ConnectAsync(ct);
        var parameters = new ContainerEventsParameters
        {
            Filters = new Dictionary<string, IDictionary<string, bool>>
            {
                ["type"] = new Dictionary<string, bool> { ["container"] = true, ["image"] = true },
                ["event"] = Heard.ToDictionary(name => name, _ => true),
            },
        };
        await client.System.MonitorEventsAsync(parameters, new Listener(Hear), ct);

        void Hear(Message message)
        {
            if (message.Type == "image") images.Refresh();
            else if (Read(message, instanceId) is { } sign) heard(sign);
        }
    }

    private static ContainerSign? Read(Message message, string instanceId)
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

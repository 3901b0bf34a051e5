using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ecs.Agent.Journal;
using Ecs.Contracts;

namespace Ecs.Agent.Joining;

/// <summary>Who an Agent is: its container instance, and which of its starts this is.</summary>
/// <param name="Arn">The container instance.</param>
/// <param name="Session">Rises with every start, so that the newest speaks for the engine.</param>
/// <param name="Directory">What is kept for this instance.</param>
internal sealed record InstanceIdentity(Arn Arn, long Session, string Directory)
{
    /// <summary>The instance's id.</summary>
    public string Id => Arn.Name;

    /// <summary>
    /// The same cluster and engine give the same instance over all restarts, even where the data directory was lost.
    /// What is kept has a directory for each instance, so that a journal is never used on another engine.
    /// </summary>
    public static InstanceIdentity Locate(AgentSettings settings, string engineId)
    {
        var id = settings.InstanceId ?? Derive(Arn.Cluster(settings.Scope, settings.Cluster), engineId);
        return new InstanceIdentity(
            Arn.ContainerInstance(settings.Scope, settings.Cluster, id), 0, Path.Combine(settings.DataDir, id));
    }

    /// <summary>This instance in a new session; its directory must be held.</summary>
    public InstanceIdentity Begin(DateTimeOffset now) =>
        this with { Session = NextSession(Path.Combine(Directory, "session"), now) };

    /// <summary>The id of an engine in a cluster: 32 hexadecimal characters of their SHA-256.</summary>
    public static string Derive(Arn cluster, string engineId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{cluster}\n{engineId}")))[..32];

    /// <summary>
    /// The session after another. The time lets it rise even where the last one was lost; the last one where the clock
    /// was set back.
    /// </summary>
    public static long NextSession(long last, DateTimeOffset now) => Math.Max(last + 1, now.ToUnixTimeMilliseconds());

    private static long NextSession(string path, DateTimeOffset now)
    {
        var last = File.Exists(path) && long.TryParse(File.ReadAllText(path), out var kept) ? kept : 0;
        var next = NextSession(last, now);
        DurableFile.Replace(path, Encoding.ASCII.GetBytes(next.ToString(CultureInfo.InvariantCulture)));
        return next;
    }
}

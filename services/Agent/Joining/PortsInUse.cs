using System.Globalization;

namespace Ecs.Agent.Joining;

/// <summary>The ports that no task may have, since something else on the machine listens there.</summary>
internal static class PortsInUse
{
    /// <summary>The most ports that an instance reports, ECS's limit.</summary>
    public const int MaxPorts = 100;

    /// <summary>TCP's LISTEN in the kernel's tables.</summary>
    private const string Listening = "0A";

    /// <summary>What ECS always reserves: SSH, Docker's own two ports, the ECS agent's two.</summary>
    private static readonly int[] Always = [22, 2375, 2376, 51678, 51679];

    /// <summary>
    /// ECS's own ports and those that are listening now; without those that Docker has opened for containers, which
    /// come and go with their tasks. An Agent in a container of its own sees only what listens there.
    /// </summary>
    public static IReadOnlyList<int> Find(IReadOnlySet<int> publishedByDocker) => Find(
        publishedByDocker, ["/proc/net/tcp", "/proc/net/tcp6"], "/proc/sys/net/ipv4/ip_local_port_range");

    /// <summary>As above, with the kernel's tables to read.</summary>
    public static IReadOnlyList<int> Find(
        IReadOnlySet<int> publishedByDocker, IEnumerable<string> tables, string ephemeralRange)
    {
        var (low, high) = Range(ephemeralRange);
        var listening = tables.Where(File.Exists).SelectMany(File.ReadLines).Select(Port).OfType<int>()
            .Where(port => !publishedByDocker.Contains(port) && (port < low || port > high))
            .Except(Always).Distinct().Order();
        return [.. Always, .. listening.Take(MaxPorts - Always.Length)];
    }

    // "  sl  local_address rem_address   st ...": addresses are ADDRESS:PORT in hexadecimal.
    private static int? Port(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 4 || words[3] != Listening) return null;

        var colon = words[1].LastIndexOf(':');
        return int.TryParse(
            words[1][(colon + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port)
            ? port
            : null;
    }

    // A listener on an ephemeral port is there by chance, and gone soon.
    private static (int Low, int High) Range(string path)
    {
        var words = File.Exists(path)
            ? File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            : [];
        return words is [var low, var high]
            ? (int.Parse(low, CultureInfo.InvariantCulture), int.Parse(high, CultureInfo.InvariantCulture))
            : (49153, 65535);
    }
}

using System.Globalization;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Machine;

/// <summary>
/// What the machine's kernel tells of its ports. An Agent in a network of its own is told of that one's alone, and
/// where there is no such kernel of none.
/// </summary>
/// <param name="directory">Where the kernel tells it.</param>
internal sealed class KernelPorts(string directory = "/proc")
{
    /// <summary>TCP's LISTEN in the kernel's tables.</summary>
    private const string Listening = "0A";

    /// <summary>ECS's ephemeral range where the kernel tells none.</summary>
    private static readonly PortRange Untold = new(49153, PortRange.MaxPort);

    /// <summary>The ports that are given to whoever asks for any.</summary>
    public PortRange Ephemeral()
    {
        var path = Path.Combine(directory, "sys/net/ipv4/ip_local_port_range");
        var words = File.Exists(path)
            ? File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            : [];
        return PortRange.TryParse(string.Join('-', words), out var told) ? told : Untold;
    }

    /// <summary>The ports of TCP that something listens on.</summary>
    public IEnumerable<int> Listeners() =>
        Rows("tcp").Where(row => row.State is Listening).Select(row => row.Port);

    /// <summary>The ports that any socket has, whatever it does with it.</summary>
    /// <param name="protocol"><c>tcp</c> or <c>udp</c>.</param>
    public IEnumerable<int> Used(string protocol) => Rows(protocol).Select(row => row.Port);

    private IEnumerable<(int Port, string State)> Rows(string protocol) =>
        new[] { protocol, $"{protocol}6" }.Select(table => Path.Combine(directory, "net", table))
            .Where(File.Exists).SelectMany(File.ReadLines).Select(Read).OfType<(int, string)>();

    // "  sl  local_address rem_address   st ...": addresses are ADDRESS:PORT in hexadecimal.
    private static (int Port, string State)? Read(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 4) return null;

        var colon = words[1].LastIndexOf(':');
        return int.TryParse(
            words[1][(colon + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port)
            ? (port, words[3])
            : null;
    }
}

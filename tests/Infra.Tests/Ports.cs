using System.Net;
using System.Net.Sockets;

namespace Ecs.Infra.Tests;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    /// <summary>So many that nobody has, below the ephemeral range: nobody else's connection begins there.</summary>
    public static IReadOnlyList<int> Free(int count) =>
        [.. Enumerable.Range(20_000, 10_000).Shuffle().Where(IsFree).Take(count)];

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

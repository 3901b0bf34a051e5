using System.Net;
using System.Net.Sockets;

namespace Ecs.Tests;

/// <summary>Ports of this machine, for the tests of any project that links this file.</summary>
internal static class Ports
{
    /// <summary>One that nobody has, below the ephemeral range: nobody else's connection begins there.</summary>
    public static int Free() => Free(1)[0];

    /// <summary>So many of those.</summary>
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

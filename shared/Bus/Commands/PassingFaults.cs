using System.Data.Common;
using System.Net.Sockets;

namespace Ecs.Bus;

/// <summary>This process is not, or no longer, the one that decides: another one will.</summary>
public sealed class NotLeadingException(string message) : Exception(message);

/// <summary>Tells faults of the surroundings, which pass, from faults of a message, which stay.</summary>
public static class PassingFaults
{
    /// <summary>
    /// True for <see cref="NotLeadingException"/>, a lost or refused connection, a time-out, and a data base that is
    /// away, starting, stopping or out of resources; also where such a fault is the cause of another.
    /// </summary>
    public static bool IsPassing(Exception fault)
    {
        for (var e = fault; e is not null; e = e.InnerException)
        {
            if (e is NotLeadingException or IOException or SocketException or TimeoutException) return true;
            if (e is DbException { IsTransient: true }) return true;
            if (e is DbException { SqlState: { Length: 5 } state } && state[..2] is "08" or "53" or "57" or "58")
            {
                return true;
            }
        }

        return false;
    }
}

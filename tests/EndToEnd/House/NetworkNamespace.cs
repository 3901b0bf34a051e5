using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ecs.EndToEnd.House;

/// <summary>Sockets in the network namespace of another process: what listens there, only that one's network sees.</summary>
internal static class NetworkNamespace
{
    private const int NewNetwork = 0x40000000; // CLONE_NEWNET
    private const int SetInterfaceFlags = 0x8914; // SIOCSIFFLAGS
    private const int RequestSize = 40; // struct ifreq: a name of 16 bytes, then here the flags
    private const short UpAndLoopback = 0x49; // IFF_UP | IFF_LOOPBACK | IFF_RUNNING

    /// <summary>Listens on the loopback of a process's network; the socket may be used from anywhere.</summary>
    public static Socket Listen(int process, int port)
    {
        Socket? made = null;
        Exception? fault = null;

        // A thread that enters a namespace must not go back to the pool.
        var entering = new Thread(() =>
        {
            try
            {
                made = ListenHere(process, port);
            }
            catch (Exception caught)
            {
                fault = caught;
            }
        });
        entering.Start();
        entering.Join();
        return made ?? throw new InvalidOperationException($"the network of {process} cannot be entered", fault);
    }

    private static Socket ListenHere(int process, int port)
    {
        using var network = File.OpenHandle($"/proc/{process}/ns/net", share: FileShare.ReadWrite | FileShare.Delete);
        Check(SetNamespace((int)network.DangerousGetHandle(), NewNetwork));
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var request = new byte[RequestSize];
        "lo"u8.CopyTo(request);
        BitConverter.TryWriteBytes(request.AsSpan(16), UpAndLoopback);
        Check(Control((int)socket.Handle, SetInterfaceFlags, request));
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }

    private static void Check(int result)
    {
        if (result != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int handle, int kind);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int handle, nuint request, byte[] argument);
}

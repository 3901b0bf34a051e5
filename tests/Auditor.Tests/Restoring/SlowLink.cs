using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Ecs.Auditor.Tests.Restoring;

/// <summary>
/// A double of a slow network between a program and the real PostgreSQL: what comes from there comes at so many bytes a
/// second, on each connection. A log of a few megabytes takes as long to be read as one of gigabytes.
/// </summary>
internal sealed class SlowLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly (string Host, int Port) _target;
    private readonly int _bytesPerSecond;
    private readonly Task _accepting;

    /// <param name="connection">The real PostgreSQL.</param>
    /// <param name="bytesPerSecond">How much of what it says arrives in a second.</param>
    public SlowLink(string connection, int bytesPerSecond)
    {
        var real = new NpgsqlConnectionStringBuilder(connection);
        _target = (real.Host!, real.Port);
        _bytesPerSecond = bytesPerSecond;
        _listener.Start();
        Connection = new NpgsqlConnectionStringBuilder(connection)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
        }.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>The same database, over this link.</summary>
    public string Connection { get; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var links = new List<Task>();
        try
        {
            while (true) links.Add(LinkAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(links);
        }
    }

    private async Task LinkAsync(TcpClient program)
    {
        using var server = new TcpClient();
        using (program)
        {
            try
            {
                await server.ConnectAsync(_target.Host, _target.Port, _end.Token);
                var (near, far) = (program.GetStream(), server.GetStream());
                await Task.WhenAny(near.CopyToAsync(far, _end.Token), TrickleAsync(far, near));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side has gone, and the other sees it.
            }
        }
    }

    private async Task TrickleAsync(NetworkStream from, NetworkStream to)
    {
        var some = new byte[_bytesPerSecond / 20];
        while (await from.ReadAsync(some, _end.Token) is > 0 and var length)
        {
            await to.WriteAsync(some.AsMemory(0, length), _end.Token);
            await Task.Delay(TimeSpan.FromSeconds((double)length / _bytesPerSecond), _end.Token);
        }
    }
}

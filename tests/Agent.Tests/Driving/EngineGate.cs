using System.Net.Sockets;

namespace Ecs.Agent.Tests.Driving;

/// <summary>
/// A double of a broken way to Docker, for faults only: a socket of its own that passes everything on to the real engine,
/// unless it is closed, when it drops every connection as an engine does that has gone.
/// </summary>
internal sealed class EngineGate : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"ecs-gate-{Guid.NewGuid():N}.sock");
    private readonly CancellationTokenSource _ending = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<Socket> _open = [];
    private bool _isClosed;

    public EngineGate()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public string Setting => $"--DOCKER_HOST=unix://{_path}";

    public void Close()
    {
        lock (_open)
        {
            _isClosed = true;
            foreach (var socket in _open) socket.Dispose();
            _open.Clear();
        }
    }

    public void Open()
    {
        lock (_open) _isClosed = false;
    }

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Dispose();
        Close();
        File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            var near = await _listener.AcceptAsync(_ending.Token);
            var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            lock (_open)
            {
                if (_isClosed)
                {
                    near.Dispose();
                    far.Dispose();
                    continue;
                }

                _open.AddRange([near, far]);
            }

            if (await ReachesAsync(far))
            {
                _ = PassAsync(near, far);
                _ = PassAsync(far, near);
            }
            else
            {
                near.Dispose();
                far.Dispose();
            }
        }
    }

    private static async Task<bool> ReachesAsync(Socket far)
    {
        try
        {
            await far.ConnectAsync(new UnixDomainSocketEndPoint(AgentFixture.DockerHost.AbsolutePath));
            return true;
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The gate closed meanwhile, or the engine has gone.
            return false;
        }
    }

    private static async Task PassAsync(Socket from, Socket to)
    {
        try
        {
            await using var source = new NetworkStream(from);
            await using var target = new NetworkStream(to);
            await source.CopyToAsync(target);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException)
        {
            // The gate closed, or one side went.
        }
    }
}

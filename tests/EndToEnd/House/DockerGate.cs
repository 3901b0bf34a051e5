using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Ecs.EndToEnd.House;

/// <summary>Where in a call to Docker the gate stops it.</summary>
internal enum GateStop
{
    /// <summary>Docker never hears of it.</summary>
    Before,

    /// <summary>Docker has done it, and the caller never hears of that.</summary>
    After,
}

/// <summary>
/// A way to a Docker engine that a test holds: a socket of its own that passes everything on, but for one kind of call,
/// which it stops where the test wants, so that an Agent can be killed in exactly that moment.
/// </summary>
internal sealed class DockerGate : IAsyncDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"ecs-gate-{Guid.NewGuid():N}.sock");
    private readonly CancellationTokenSource _ending = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _engine;
    private readonly Task _accepting;
    private volatile Trap? _trap;

    public DockerGate(Uri engine)
    {
        _engine = engine.LocalPath;
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Host => $"unix://{_path}";

    /// <summary>Stops the next call whose first line matches, and ends when it is stopped.</summary>
    public Task Stop(GateStop where, string firstLine)
    {
        var trap = new Trap(where, new Regex(firstLine));
        _trap = trap;
        return trap.Sprung.Task;
    }

    /// <summary>From now on everything passes; what is stopped stays so.</summary>
    public void Open() => _trap = null;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ending.Dispose();
        File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                _ = PassAsync(await _listener.AcceptAsync(_ending.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task PassAsync(Socket near)
    {
        using var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (near)
        {
            try
            {
                await far.ConnectAsync(new UnixDomainSocketEndPoint(_engine), _ending.Token);
                var call = new Call();
                await Task.WhenAll(AskAsync(near, far, call), AnswerAsync(far, near, call));
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException)
            {
                // One side went.
            }
        }
    }

    // A client writes the head of each request by itself: a call begins where a read does.
    private async Task AskAsync(Socket near, Socket far, Call call)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await near.ReceiveAsync(buffer, _ending.Token)) > 0)
        {
            var line = Encoding.ASCII.GetString(buffer, 0, Math.Min(count, 400)).Split('\r')[0];
            if (_trap is { } trap && trap.Line.IsMatch(line))
            {
                call.Caught = trap;
                if (trap.Where == GateStop.Before)
                {
                    trap.Sprung.TrySetResult();
                    return;
                }
            }

            await far.SendAsync(buffer.AsMemory(0, count), _ending.Token);
        }

        far.Shutdown(SocketShutdown.Send);
    }

    private async Task AnswerAsync(Socket far, Socket near, Call call)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await far.ReceiveAsync(buffer, _ending.Token)) > 0)
        {
            if (call.Caught is { } trap)
            {
                trap.Sprung.TrySetResult();
                return;
            }

            await near.SendAsync(buffer.AsMemory(0, count), _ending.Token);
        }

        near.Shutdown(SocketShutdown.Send);
    }

    /// <summary>One connection, which a trap may have caught.</summary>
    private sealed class Call
    {
        public volatile Trap? Caught;
    }

    private sealed record Trap(GateStop Where, Regex Line)
    {
        public TaskCompletionSource Sprung { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

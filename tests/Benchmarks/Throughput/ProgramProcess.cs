using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Ecs.Benchmarks.Throughput;

/// <summary>A program of the house as a process of its own, as it is built beside the benchmarks.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    /// <summary>Lines of its output that are kept for whoever asks why it does not come up.</summary>
    private const int KeptLines = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly Queue<string> _said = new();

    private ProgramProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>The memory that it holds now.</summary>
    public long MemoryBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The time that its threads have had a core.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public static async Task<ProgramProcess> StartAsync(string name, IReadOnlyDictionary<string, string> settings)
    {
        // artifacts/bin/Benchmarks/<configuration>/ is where this program is.
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, $"Ecs.{name}.dll");
        var url = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet", [program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (setting, value) in settings) start.Environment[setting] = value;
        start.Environment["ECS_HTTP"] = url;
        var started = new ProgramProcess(Process.Start(start)!, new Uri(url));
        await started.WhenReadyAsync(name, new Uri($"{url}/health/ready"));
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WhenReadyAsync(string name, Uri health)
    {
        using var http = new HttpClient();
        var since = Stopwatch.StartNew();
        while (since.Elapsed < Patience && !_process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(health);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(Poll);
        }

        string said;
        lock (_said) said = string.Join('\n', _said);
        await DisposeAsync();
        throw new InvalidOperationException($"{name} is not ready:\n{said}");
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > KeptLines) _said.Dequeue();
        }
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}

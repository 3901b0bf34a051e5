using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Ecs.EndToEnd.House;

/// <summary>
/// One program of the house as a real process, with the faults that befall processes. The same settings start it again.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(3) };

    private readonly string _program;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly string _logFile;
    private Process? _process;

    public ServiceProcess(string name, string program, string logFolder, IReadOnlyDictionary<string, string> settings)
    {
        Name = name;
        _program = program;
        _logFile = Path.Combine(logFolder, $"{name}.log");
        Port = TestSettings.FreePort();
        _settings = new Dictionary<string, string>(settings) { ["ECS_HTTP"] = $"http://127.0.0.1:{Port}" };
    }

    public string Name { get; }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>A process whose mounts it sees in place of the machine's; null for the machine's.</summary>
    public int? MountsOf { get; set; }

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Its process id.</summary>
    public int Id => _process!.Id;

    public int? ExitCode => _process is { HasExited: true } ended ? ended.ExitCode : null;

    /// <summary>Starts the process, without waiting for it to be ready.</summary>
    public void Start(params string[] arguments)
    {
        if (IsRunning) throw new InvalidOperationException($"{Name} runs already");

        // A shell that becomes the program: its output goes to the file even when the tests are gone.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = Path.GetDirectoryName(_logFile) };
        start.ArgumentList.Add("-c");
        var within = MountsOf is { } process ? $"nsenter --target {process} --mount " : "";
        start.ArgumentList.Add($"exec {within}dotnet \"$@\" >>\"$0\" 2>&1 </dev/null");
        start.ArgumentList.Add(_logFile);
        start.ArgumentList.Add(_program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in _settings) start.Environment[name] = value;
        File.AppendAllText(_logFile, $"--- {Name} is started at {DateTimeOffset.UtcNow:O}\n");
        _process = Process.Start(start)!;
        StartedProcesses.Remember(_process);
    }

    /// <summary>Starts the process and waits until it says that it is ready.</summary>
    public async Task StartReadyAsync()
    {
        Start();
        await WhenReadyAsync();
    }

    /// <summary>Runs the program to its end.</summary>
    public async Task<int> RunAsync(params string[] arguments)
    {
        Start(arguments);
        await _process!.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public Task WhenReadyAsync() => Eventually.GetAsync(
        $"{Name} is ready",
        async () =>
        {
            if (_process is { HasExited: true })
            {
                throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}:\n{Tail()}");
            }

            using var answer = await Http.GetAsync(new Uri($"{Url}/health/ready"));
            return answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync();
        },
        trouble => trouble is "");

    /// <summary>Whether its health says something, such as <c>leads</c>.</summary>
    public async Task<bool> SaysAsync(string words)
    {
        using var answer = await Http.GetAsync(new Uri($"{Url}/health/ready"));
        return (await answer.Content.ReadAsStringAsync()).Contains(words, StringComparison.Ordinal);
    }

    /// <summary>Waits until its health says something.</summary>
    public Task WhenItSaysAsync(string words) =>
        Eventually.HoldsAsync($"{Name} says '{words}'", () => SaysAsync(words));

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await _process!.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and its orderly end.</summary>
    public async Task<int> TerminateAsync()
    {
        Send(Signal.Terminate);
        using var patience = new CancellationTokenSource(Eventually.Patience);
        await _process!.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGSTOP: it is there, and does nothing.</summary>
    public void Pause() => Send(Signal.Stop);

    /// <summary>SIGCONT.</summary>
    public void Continue() => Send(Signal.Continue);

    /// <summary>The last lines that it wrote.</summary>
    public string Tail(int lines = 40) =>
        File.Exists(_logFile) ? string.Join('\n', File.ReadLines(_logFile).TakeLast(lines)) : "(nothing)";

    public async ValueTask DisposeAsync()
    {
        if (!IsRunning) return;

        Continue();
        await KillAsync();
    }

    // The system's own call: a program that sends it takes its time to start, while some faults may last for seconds only.
    private void Send(Signal signal)
    {
        if (!IsRunning) throw new InvalidOperationException($"{Name} does not run");

        if (SendTo(Id, signal) != 0 && IsRunning) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendTo(int process, Signal signal);

    /// <summary>Signals by Linux's numbers.</summary>
    private enum Signal
    {
        Kill = 9,
        Terminate = 15,
        Continue = 18,
        Stop = 19,
    }
}

/// <summary>The processes of this run, ended with it however it ends.</summary>
internal static class StartedProcesses
{
    private static readonly List<Process> Started = [];

    static StartedProcesses() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Started) End(process);
    };

    public static void Remember(Process process)
    {
        lock (Started) Started.Add(process);
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself, and whoever started it has seen that.
        }
    }
}

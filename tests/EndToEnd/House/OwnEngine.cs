using System.Globalization;

namespace Ecs.EndToEnd.House;

/// <summary>
/// A dockerd of a test's own, for the faults that befall engines. It lives in namespaces of its own (network, mounts,
/// processes), whose first process is a held shell: whoever ends the tests, even with kill -9, ends with them the
/// dockerd, its containers, networks, mounts and disks. Only empty folders may be left, which the next one sweeps.
/// </summary>
internal sealed class OwnEngine : IAsyncDisposable
{
    private const string Prefix = "ecs-engine-";
    private const int MostTries = 3;
    private const string NoContainerd = "timeout waiting for containerd to start";
    private static int _count;
    private static int _hasSwept;

    private readonly string _name = $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
    private readonly string _folder;
    private readonly HeldShell _shell =
        new("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc");

    private readonly bool _keepsContainers;

    // Another version's /usr in place of the machine's, for the daemon alone.
    private static string Dockerd => TestSettings.EngineRoot is { } root
        ? $"unshare --mount sh -c 'mount --rbind {root}/usr /usr && exec dockerd \"$@\"' sh"
        : "dockerd";

    private OwnEngine(bool keepsContainers, int megabytes)
    {
        _keepsContainers = keepsContainers;
        _folder = Path.Combine(Path.GetTempPath(), _name);
        foreach (var part in new[] { "data", "run" }) Directory.CreateDirectory(Path.Combine(_folder, part));
        Megabytes = megabytes;
    }

    /// <summary>How much fits on its disk, images and containers.</summary>
    public int Megabytes { get; }

    public Uri Host => new($"unix://{_folder}/docker.sock");

    /// <summary>Its process in this machine's numbers, for what acts on its namespaces.</summary>
    public int FirstProcess { get; private set; }

    /// <summary>A running engine that has the small image; skips the test where the machine can have none.</summary>
    /// <param name="keepsContainers">Whether containers outlive the daemon: its <c>live-restore</c>.</param>
    /// <param name="megabytes">How much fits on its disk.</param>
    public static async Task<OwnEngine> StartAsync(bool keepsContainers = false, int megabytes = 200)
    {
        OwnEngineNeeds.AreMet();
        if (Interlocked.Exchange(ref _hasSwept, 1) == 0) Leftovers.Sweep(Prefix);
        var engine = new OwnEngine(keepsContainers, megabytes);
        try
        {
            await engine.PrepareAsync();
            await engine.StartAgainAsync();
            await ImageCopy.PutAsync(TestSettings.Busybox, engine.Host);
            return engine;
        }
        catch (Exception)
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the daemon and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        var options = $"--data-root {_folder}/data/root --exec-root {_folder}/run/exec --pidfile {_folder}/run/pid "
            + $"-H {Host.ToString().TrimEnd('/')} --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent /{_name} "
            + $"--live-restore={(_keepsContainers ? "true" : "false")}";
        using var engine = new Engine(Host);
        // As the manager of a machine's services would: a dockerd whose containerd is not there within its 15 s ends.
        for (var tries = 1; ; tries++)
        {
            await _shell.AskAsync($"{Dockerd} {options} >>{_folder}/log 2>&1 </dev/null & d=$!");
            await Eventually.GetAsync(
                $"the dockerd of {_folder} answers, or has ended",
                async () => await engine.AnswersAsync() || await HasEndedAsync(),
                isKnown => isKnown,
                show: _ => Tail());
            if (!await HasEndedAsync()) return;

            Assert.True(tries < MostTries && Tail().Contains(NoContainerd, StringComparison.Ordinal), Tail());
        }
    }

    private async Task<bool> HasEndedAsync() =>
        (await _shell.AskAsync("kill -0 $d 2>/dev/null && echo lives || echo ended")).Trim() is "ended";

    /// <summary>Ends the daemon in order: without live-restore it stops its containers first.</summary>
    public Task StopAsync() => _shell.AskAsync("kill -TERM $d; wait $d");

    /// <summary>kill -9 of the daemon.</summary>
    public Task KillAsync() => _shell.AskAsync("kill -KILL $d; wait $d");

    /// <summary>SIGSTOP: it takes calls, and answers none.</summary>
    public Task PauseAsync() => _shell.AskAsync("kill -STOP $d");

    /// <summary>SIGCONT.</summary>
    public Task ContinueAsync() => _shell.AskAsync("kill -CONT $d");

    /// <summary>Takes all the room that is left on its disk.</summary>
    public Task FillDiskAsync() => _shell.AskAsync($"dd if=/dev/zero of={_folder}/data/filler bs=4k 2>/dev/null");

    /// <summary>Gives it back.</summary>
    public Task FreeDiskAsync() => _shell.AskAsync($"rm {_folder}/data/filler");

    /// <summary>kill -9 of a process that has this number in its namespaces.</summary>
    public Task KillProcessAsync(long process) => _shell.AskAsync($"kill -KILL {process}");

    /// <summary>
    /// Keeps a process of its namespaces, once it is dead, from being reaped by its parent: a zombie that nobody can kill,
    /// until <see cref="LetGoAsync"/>. It is traced (<c>PTRACE_SEIZE</c>), and a tracer that does not wait is told first.
    /// </summary>
    public Task HoldAsync(long process) => _shell.AskAsync(
        $"python3 -c 'import ctypes, time; print(ctypes.CDLL(None).ptrace(0x4206, {process}, 0, 0), flush=True); "
        + $"time.sleep(3600)' >{_folder}/held 2>&1 & h=$!; until [ -s {_folder}/held ]; do sleep 0.05; done");

    /// <summary>Ends the holding: the dead process is reaped.</summary>
    public Task LetGoAsync() => _shell.AskAsync("kill $h");

    /// <summary>How many of something a line of shell counts within its namespaces.</summary>
    public async Task<int> CountAsync(string shell) =>
        int.Parse((await _shell.AskAsync(shell)).Trim(), CultureInfo.InvariantCulture);

    public string Tail() => File.Exists($"{_folder}/log")
        ? string.Join('\n', File.ReadLines($"{_folder}/log").TakeLast(20))
        : "(nothing)";

    public async ValueTask DisposeAsync()
    {
        await _shell.DisposeAsync();
        Leftovers.Remove(_folder);
    }

    // Shims put their sockets into /run/containerd, which the machine's own engine has too.
    private async Task PrepareAsync()
    {
        await _shell.AskAsync(
            "mkdir -p /run/containerd && mount -t tmpfs tmpfs /run/containerd && "
            + $"mount -t tmpfs -o size={Megabytes}m tmpfs {_folder}/data && mount -t tmpfs tmpfs {_folder}/run");
        FirstProcess = Leftovers.ChildOf(_shell.Id);
    }
}

/// <summary>What a dockerd of one's own takes.</summary>
internal static class OwnEngineNeeds
{
    private static readonly string[] Programs = ["dockerd", "containerd", "runc", "unshare", "iptables", "mount"];

    /// <summary>Skips the test, and says why, where it is not there. CI takes no skipped test.</summary>
    public static void AreMet()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "starting a dockerd of one's own takes root");
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"]).ToList();
        var missing = Programs.Where(program => !path.Exists(folder => File.Exists(Path.Combine(folder, program))));
        Assert.SkipWhen(
            missing.Any(), $"a dockerd of one's own needs {string.Join(", ", missing)} on this machine (docker.io has it)");
    }
}

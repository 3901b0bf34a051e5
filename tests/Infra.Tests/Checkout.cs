using System.Diagnostics;

namespace Ecs.Infra.Tests;

/// <summary>
/// A copy of the scripts in a folder of its own, run as a person runs them, with doubles of the programs that would change
/// this machine: they write down how they were called. What a script would find in the caller's own environment is not
/// there.
/// </summary>
internal sealed class Checkout : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string[] ProgramFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    private const string Reads = "[ \"${*: -1}\" != - ] || cat >/dev/null";

    // What is open for writing here while a process is made is open in that one, too, until it has become another program:
    // whoever starts what was written in that time is told "Text file busy".
    private static readonly Lock Writing = new();

    private readonly string _tools;
    private readonly Dictionary<string, string> _environment;

    /// <param name="missing">Programs that this machine has not.</param>
    public Checkout(params string[] missing)
    {
        Root = Directory.CreateTempSubdirectory("ecs-infra-tests-").FullName;
        _tools = Directory.CreateDirectory(Path.Combine(Root, "tools")).FullName;
        if (missing.Length > 0) LinkAllBut(missing);
        lock (Writing) CopyScripts();

        foreach (var source in new[] { "services/Cli/Cli.csproj", "shared/Any.cs", "Directory.Build.props", "Directory.Packages.props" })
        {
            Write(source, "");
        }

        _environment = new()
        {
            ["PATH"] = missing.Length > 0 ? _tools : string.Join(':', ProgramFolders.Prepend(_tools)),
            ["HOME"] = Root,
            ["LC_ALL"] = "C.UTF-8",
            ["CALLS"] = Path.Combine(Root, "calls"),
            ["ECS_SECRETS_DIR"] = Path.Combine(Root, "secrets"),
            ["ECS_ENV_FILES_DIR"] = Path.Combine(Root, "env-files"),
        };
    }

    public string Root { get; }

    public string State => Path.Combine(Root, "infra", ".state");

    /// <summary>How the doubles were called, in their order.</summary>
    public string[] Calls => File.Exists(_environment["CALLS"]) ? File.ReadAllLines(_environment["CALLS"]) : [];

    /// <summary>
    /// A double of a program: it writes down its arguments, reads its input to the end where the last of them is a
    /// hyphen, as the program would (or whoever writes to it may find nobody there), and then does this.
    /// </summary>
    public Checkout With(string program, string shell = "")
    {
        var path = Path.Combine(_tools, program);
        File.Delete(path);
        lock (Writing) File.WriteAllText(path, $"#!/bin/bash\nprintf '%s\\n' \"{program} $*\" >>\"$CALLS\"\n{Reads}\n{shell}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this;
    }

    /// <summary>An engine that answers, with compose and nothing that runs; it prints the settings that compose gets.</summary>
    public Checkout WithEngine() => With(
        "docker", "case \"$1 $2\" in 'compose version') ;; compose*) env | grep ^ECS_ | sort ;; version*) echo 20.10.24 ;; esac");

    /// <summary>No engine: the client says why.</summary>
    public Checkout WithoutEngine(string why) => With("docker", $"echo '{why}' >&2; exit 1");

    /// <summary>A compiler of this version; whatever else it is asked for it does with a line of shell.</summary>
    public Checkout WithSdk(string work = "") => With("dotnet", $"[ \"$1\" != --version ] || exit 0\n{work}");

    public void Write(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Starts a program of this machine, while no other test writes one.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        lock (Writing) return Process.Start(start)!;
    }

    public Task<Said> RunAsync(string line, params (string Name, string? Value)[] settings) =>
        RunAsync(line, Root, settings);

    /// <summary>Runs a line of shell; a setting without a value is not set.</summary>
    public async Task<Said> RunAsync(string line, string folder, params (string Name, string? Value)[] settings)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", line])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await Task.WhenAll(process.WaitForExitAsync(), output, errors).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new Said(process.ExitCode, await output, await errors);
    }

    private void CopyScripts()
    {
        foreach (var file in Repository.Files("infra", "docker-compose.yml", "global.json"))
        {
            var copy = Path.Combine(Root, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    // A program is missing where nothing of the path has it: the path is one folder then, with links to all others.
    private void LinkAllBut(string[] missing)
    {
        foreach (var program in ProgramFolders.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
        {
            var name = Path.GetFileName(program);
            var link = Path.Combine(_tools, name);
            if (!missing.Contains(name) && !File.Exists(link)) File.CreateSymbolicLink(link, program);
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>What a script said and how it ended.</summary>
internal sealed record Said(int ExitCode, string Output, string Errors)
{
    /// <summary>It has stopped with a problem, and said what and what to do.</summary>
    public void Stopped(params string[] words)
    {
        Assert.True(ExitCode == 1, $"{this}");
        Assert.Contains("stopped: ", Errors, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, Errors, StringComparison.Ordinal));
    }

    /// <summary>It has ended well.</summary>
    public Said Good()
    {
        Assert.True(ExitCode == 0, $"{this}");
        return this;
    }
}

/// <summary>The checkout that these tests were built in.</summary>
internal static class Repository
{
    // What is made there, and not kept.
    private static readonly string[] Made = [".state", "node_modules", "bin", "obj"];

    public static string Root { get; } = Find();

    /// <summary>The files of some folders, and files by their own names.</summary>
    public static IReadOnlyList<string> Files(params string[] paths) =>
        [.. paths.Select(path => Path.Combine(Root, path)).SelectMany(path => Directory.Exists(path) ? In(path) : [path])];

    private static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder).Where(inner => !Made.Contains(Path.GetFileName(inner))).SelectMany(In));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Ecs.Events.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Ecs.Cli.Tests;

/// <summary>The tool as a package of its own: packed, installed, run.</summary>
public sealed class PackTests : IDisposable
{
    // Three programs of the SDK, on a machine that is busy with other tests.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ecs-pack-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Given_the_tool_when_packed_and_installed_then_it_runs_by_its_name()
    {
        var packages = Path.Combine(_folder.FullName, "packages");
        var tools = Path.Combine(_folder.FullName, "tools");
        var configuration = typeof(PackTests).Assembly.Location.Contains("/release/", StringComparison.OrdinalIgnoreCase)
            ? "Release"
            : "Debug";

        // What these tests were built with is what is packed.
        await RunAsync("dotnet", "pack", Project(), "--no-build", "-c", configuration, "-o", packages);
        await RunAsync("dotnet", "tool", "install", "Ecs.Events.Cli", "--tool-path", tools, "--source", packages);
        var said = await RunAsync(Path.Combine(tools, "ecs"), "--help");

        Assert.Contains("run-task", said, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string program, params string[] words)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in words) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        using var time = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(time.Token);
        var errors = process.StandardError.ReadToEndAsync(time.Token);
        await process.WaitForExitAsync(time.Token);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', words)}\n{await output}\n{await errors}");
        return await output;
    }

    private static string Project([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "services", "Cli", "Cli.csproj"));
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Ecs.Benchmarks;

/// <summary>One benchmark of this program in a process of its own, with the nursery of one of the house's programs.</summary>
internal static class OwnProcess
{
    /// <summary>Runs it; what it prints goes where this program's own goes.</summary>
    /// <param name="arguments">The benchmark and what it is given.</param>
    /// <param name="collectedAs">A program of the house, as it is built beside this one.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task RunAsync(IEnumerable<string> arguments, string collectedAs)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments);
        start.Environment["DOTNET_GCgen0size"] = Nursery(collectedAs).ToString("x", CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"it ended with {process.ExitCode}");
    }

    private static long Nursery(string program)
    {
        // artifacts/bin/Benchmarks/<configuration>/ is where this program is.
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var file = Path.Combine(own.Parent!.Parent!.FullName, program, own.Name, $"Ecs.{program}.runtimeconfig.json");
        using var settings = JsonDocument.Parse(File.ReadAllBytes(file));
        return settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties")
            .GetProperty("System.GC.Gen0Size").GetInt64();
    }
}

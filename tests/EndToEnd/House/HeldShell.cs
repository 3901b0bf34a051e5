using System.Diagnostics;

namespace Ecs.EndToEnd.House;

/// <summary>
/// A shell in namespaces of its own that does what it is told, line by line. At the end of its input, which comes with
/// the end of the tests however they end, it ends too, and with it what only its namespaces hold.
/// </summary>
internal sealed class HeldShell : IAsyncDisposable
{
    private const string Done = "-- done";

    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Process _process;

    /// <summary>Starts it; the options are those of <c>unshare</c>.</summary>
    public HeldShell(params string[] options)
    {
        var start = new ProcessStartInfo("unshare") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var option in options) start.ArgumentList.Add(option);
        start.ArgumentList.Add("sh");
        _process = Process.Start(start)!;
    }

    /// <summary>The process that was started: the shell, or its only parent where it forks.</summary>
    public int Id => _process.Id;

    /// <summary>Runs a line of shell, and gives what it prints.</summary>
    public async Task<string> AskAsync(string line)
    {
        await _asking.WaitAsync();
        try
        {
            using var patience = new CancellationTokenSource(Eventually.Patience);
            await _process.StandardInput.WriteLineAsync($"{line}\necho '{Done}'");
            await _process.StandardInput.FlushAsync();
            var said = new List<string>();
            while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } answer)
            {
                if (answer == Done) return string.Join('\n', said);

                said.Add(answer);
            }

            throw new InvalidOperationException($"the shell has ended at: {line}");
        }
        finally
        {
            _asking.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _asking.Dispose();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Ecs.Contracts;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Reading;

/// <summary>A line of a consumer's file.</summary>
internal sealed record KeptLine(long Position, string Stream);

/// <summary>A program that writes what it reads of the log to a file, and goes on where the file ends.</summary>
internal sealed class KeepingConsumer
{
    private readonly Func<ProcessStartInfo> _start;

    private KeepingConsumer(string file, Func<KeptLine, string> feedOf, Func<ProcessStartInfo> start)
    {
        File = file;
        FeedOf = feedOf;
        _start = start;
        System.IO.File.WriteAllText(file, "");
    }

    public string File { get; }

    /// <summary>What has an order of its own: over HTTP the log, on the bus what each service publishes.</summary>
    public Func<KeptLine, string> FeedOf { get; }

    /// <summary><c>ecs log --follow</c>, whose output is added to the file.</summary>
    public static KeepingConsumer OverHttp(EcsStack stack, string file, long after)
    {
        KeepingConsumer? consumer = null;
        return consumer = new KeepingConsumer(file, _ => "the log", () =>
        {
            consumer!.DropHalfALine();
            var last = consumer.Read().Select(line => line.Position).LastOrDefault(after);
            return Shell(
                file,
                [
                    TestSettings.EcsTool, "log", "--follow", "--json", "--account", stack.Account,
                    "--after", last.ToString(CultureInfo.InvariantCulture),
                ],
                ("ECS_ENDPOINT_URL", stack.Gateway.Url), ("AWS_ACCESS_KEY_ID", stack.Account));
        });
    }

    /// <summary>The example of docs/bus.md, which reads its file itself.</summary>
    public static KeepingConsumer OnTheBus(EcsStack stack, string file, long after) => new(
        file,
        line => Arn.Parse(line.Stream).Kind is ResourceKind.TaskDefinition ? "the Registry's" : "the Scheduler's",
        () => Shell(
            "/dev/null",
            ["node", Path.Combine(TestSettings.Root, "examples", "bus-node", "follow.js"), file],
            ("ECS_BUS_URI", stack.Backbone.BusUri),
            ("ECS_ACCOUNT", stack.Account),
            ("ECS_AFTER", after.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Starts it, where its file ends.</summary>
    public ConsumerLife Begin() => new(_start());

    /// <summary>How many whole lines it has.</summary>
    public int Lines() => System.IO.File.ReadAllBytes(File).Count(b => b == (byte)'\n');

    /// <summary>Its whole lines.</summary>
    public IReadOnlyList<KeptLine> Read()
    {
        var text = System.IO.File.ReadAllText(File);
        return
        [
            .. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonNode.Parse(line)!)
                .Select(line => new KeptLine((long)line["position"]!, (string)line["stream"]!)),
        ];
    }

    // Whoever was killed while it wrote has left half a line, which was never dealt with.
    private void DropHalfALine()
    {
        using var file = System.IO.File.Open(File, FileMode.Open);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        file.SetLength(Array.LastIndexOf(bytes, (byte)'\n') + 1);
    }

    // A shell that becomes the program: what is killed is the program itself.
    private static ProcessStartInfo Shell(
        string output, IEnumerable<string> words, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardError = true };
        foreach (var word in new[] { "-c", "exec \"$@\" >>\"$0\"", output }.Concat(words)) start.ArgumentList.Add(word);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return start;
    }
}

/// <summary>One life of a consumer.</summary>
internal sealed class ConsumerLife : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    public ConsumerLife(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        StartedProcesses.Remember(_process);
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public bool IsRunning => !_process.HasExited;

    public string Errors => _errors.IsCompletedSuccessfully ? _errors.Result : "it says nothing yet";

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning) await KillAsync();
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Clients;

/// <summary>What a program said and how it ended.</summary>
internal sealed record ToolRun(string Line, int ExitCode, string Output, string Errors)
{
    private const int NotReachable = 3;

    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>The run, which is to have ended well.</summary>
    public ToolRun Good()
    {
        Assert.True(ExitCode == 0, $"$ {Line}\nended with {ExitCode}\n{Output}\n{Errors}");
        return this;
    }

    /// <summary>
    /// Whether it reached the house, and then ended well: what asks again and again takes no answer (exit code 3) for "not yet",
    /// and nothing else.
    /// </summary>
    public bool WasAnswered() => ExitCode != NotReachable && Good().ExitCode == 0;

    public override string ToString() => $"$ {Line}\n(exit code {ExitCode})\n{Output}\n{Errors}";
}

/// <summary>A program that a person or a script runs from a shell.</summary>
internal sealed class Tool(
    string program, IReadOnlyList<string> before, IReadOnlyDictionary<string, string> environment,
    TimeSpan? runTime = null)
{
    private readonly TimeSpan _runTime = runTime ?? TimeSpan.FromMinutes(2);

    /// <summary>The AWS CLI, unmodified, with an account's number as its access key.</summary>
    public static Tool Aws(string program, EcsStack stack) => Aws(program, stack.Gateway.Url, stack.Account);

    /// <summary>The AWS CLI, unmodified, with any access key.</summary>
    public static Tool Aws(string program, string url, string key, string secret = "secret") => new(
        program,
        ["ecs", "--endpoint-url", url, "--output", "json"],
        new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = key,
            ["AWS_SECRET_ACCESS_KEY"] = secret,
            ["AWS_DEFAULT_REGION"] = EcsApi.Region,
            ["AWS_CONFIG_FILE"] = "/dev/null",
            ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_PAGER"] = "",
        });

    /// <summary>The tool of the house.</summary>
    public static Tool Ecs(EcsStack stack) => Ecs(stack.Gateway.Url, stack.Account, secret: "");

    /// <summary>The tool of the house, with an access key; its requests are signed where there is a secret.</summary>
    public static Tool Ecs(string url, string key, string secret) => new(
        TestSettings.EcsTool,
        [],
        new Dictionary<string, string>
        {
            ["ECS_ENDPOINT_URL"] = url,
            ["AWS_ACCESS_KEY_ID"] = key,
            ["AWS_SECRET_ACCESS_KEY"] = secret,
            ["NO_COLOR"] = "1",
        });

    /// <summary>Runs it to its end.</summary>
    public async Task<ToolRun> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(_runTime);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"$ {Line(arguments)}\nstill ran after {_runTime}\n{await output}\n{await errors}");
        }

        return new ToolRun(Line(arguments), process.ExitCode, await output, await errors);
    }

    /// <summary>Starts it, to be read while it runs.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in before.Concat(arguments)) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start)!;
        StartedProcesses.Remember(process);
        return process;
    }

    private string Line(string[] arguments) =>
        $"{Path.GetFileName(program)} {string.Join(' ', before.Concat(arguments))}";
}

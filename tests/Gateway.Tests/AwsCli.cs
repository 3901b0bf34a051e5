using System.Diagnostics;

namespace Ecs.Gateway.Tests;

/// <summary>What a run of the AWS CLI left behind.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Errors);

/// <summary>The real AWS CLIs of this machine, unmodified.</summary>
internal static class AwsCli
{
    // A cold start of the CLI takes seconds on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Their paths: from ECS_TEST_AWS_CLIS, else the one on PATH; none where there is none.</summary>
    public static TheoryData<string> Paths()
    {
        var listed = Environment.GetEnvironmentVariable("ECS_TEST_AWS_CLIS");
        var paths = string.IsNullOrEmpty(listed)
            ? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(dir => Path.Combine(dir, "aws"))
                .Where(File.Exists).Take(1)
            : listed.Split(':', StringSplitOptions.RemoveEmptyEntries);
        return [.. paths];
    }

    /// <summary>Whether this CLI is of the time before ECS had client tokens for RunTask.</summary>
    public static async Task<bool> IsBeforeTokensAsync(string aws)
    {
        using var process = Process.Start(new ProcessStartInfo(aws, "--version") { RedirectStandardOutput = true })!;
        using var time = new CancellationTokenSource(Patience);
        var version = await process.StandardOutput.ReadToEndAsync(time.Token);
        return version.StartsWith("aws-cli/2.9.", StringComparison.Ordinal);
    }

    /// <summary>
    /// Runs <c>aws ecs</c> against an endpoint, with an access key and a region and nothing else set up.
    /// </summary>
    public static async Task<CliRun> RunAsync(string aws, Uri endpoint, params string[] words)
    {
        var start = new ProcessStartInfo(aws)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in (string[])["--output", "json", "--endpoint-url", $"{endpoint}", "ecs", .. words])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["AWS_ACCESS_KEY_ID"] = "alice";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "none";
        start.Environment["AWS_DEFAULT_REGION"] = "eu-west-1";
        start.Environment["AWS_CONFIG_FILE"] = "/dev/null";
        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
        start.Environment["AWS_PAGER"] = "";
        using var process = Process.Start(start)!;
        using var time = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(time.Token);
        var errors = process.StandardError.ReadToEndAsync(time.Token);
        await process.WaitForExitAsync(time.Token);
        return new CliRun(process.ExitCode, await output, await errors);
    }
}

using System.Diagnostics;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Sdks;

/// <summary>The common journeys with unmodified SDKs: waiters, paginators and typed errors included.</summary>
[Collection(CalmTests.Name)]
public sealed class SdkJourneys(CalmStack stack) : StackTest(stack)
{
    private static string Folder => Path.Combine(TestSettings.Root, "tests", "EndToEnd", "Sdks");

    [Fact]
    public Task Given_the_aws_sdk_for_javascript_when_its_users_journeys_are_made_then_they_end_well() =>
        MakeAsync("node", Path.Combine(Folder, "javascript", "journey.js"));

    [Fact]
    public async Task Given_boto3_when_its_users_journeys_are_made_then_they_end_well()
    {
        var pythons = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin")
            .Select(folder => Path.Combine(folder, "python3"))
            .Where(File.Exists).Distinct().Where(HasBoto3).ToList();
        // infra/test.sh installs Debian's; one that the machine's user has beside it is tried as well.
        Assert.NotEmpty(pythons);
        foreach (var python in pythons.Take(2)) await MakeAsync(python, Path.Combine(Folder, "journey.py"));
    }

    private async Task MakeAsync(string program, string script)
    {
        await AgentsAreHeardAsync();
        var run = await new Tool(program, [script], Settings()).RunAsync(Stack.Gateway.Url, TestSettings.Busybox);
        Assert.EndsWith("done\n", run.Good().Output, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Settings() => new()
    {
        ["AWS_ACCESS_KEY_ID"] = Stack.Account,
        ["AWS_SECRET_ACCESS_KEY"] = "secret",
        ["AWS_REGION"] = EcsApi.Region,
        ["AWS_DEFAULT_REGION"] = EcsApi.Region,
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    private static bool HasBoto3(string python)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import boto3"]) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

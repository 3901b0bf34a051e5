using System.Diagnostics;

namespace Ecs.Infra.Tests;

/// <summary>The scripts that run the tool and the tests, and how all of them are written.</summary>
public sealed class ToolTests
{
    // What is published is there afterwards; then the program prints what it was given.
    private const string Sdk = """
        case $1 in
          publish) mkdir -p "$HOME/artifacts/publish/Cli/release"; echo >"$HOME/artifacts/publish/Cli/release/ecs.dll" ;;
          *) shift; printf '<%s>' "$@"; exit 4 ;;
        esac
        """;

    [Fact]
    public async Task Given_the_tool_from_a_checkout_then_it_is_built_when_its_source_is_newer_and_gets_its_arguments_as_they_are()
    {
        using var checkout = new Checkout().WithSdk(Sdk);

        var first = await checkout.RunAsync($"{checkout.Root}/infra/ecs run-task 'a b' \"\" '*'", "/", []);
        var second = await checkout.RunAsync("infra/ecs history");
        Assert.Single(checkout.Calls, IsBuild);
        File.SetLastWriteTimeUtc(Path.Combine(checkout.Root, "shared/Any.cs"), DateTime.UtcNow.AddMinutes(1));
        await checkout.RunAsync("infra/ecs history");

        Assert.Equal((4, "<run-task><a b><><*>"), (first.ExitCode, first.Output));
        Assert.Equal((4, "<history>"), (second.ExitCode, second.Output));
        Assert.Equal(2, checkout.Calls.Count(IsBuild));
    }

    [Fact]
    public async Task Given_no_SDK_or_a_tool_that_does_not_build_then_it_says_so_and_ends_as_refused()
    {
        using var none = new Checkout("dotnet");
        using var broken = new Checkout().With("dotnet", "echo 'error CS1002: ; expected'; exit 1");

        var without = await none.RunAsync("infra/ecs history");
        var unbuilt = await broken.RunAsync("infra/ecs history");

        Assert.Equal(1, without.ExitCode);
        Assert.Contains("the .NET SDK 10 is not installed", without.Errors, StringComparison.Ordinal);
        Assert.Equal(1, unbuilt.ExitCode);
        Assert.Contains("error CS1002", unbuilt.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("infra/test.sh None.Tests", "there is no such test project: None.Tests")]
    [InlineData("infra/test.sh Here.Tests None.Tests", "there is no such test project: None.Tests")]
    [InlineData("infra/test.sh Benchmarks", "there is no such test project: Benchmarks")]
    [InlineData("infra/soak.sh Chrun", "there is no such class of tests: Chrun")]
    [InlineData("infra/soak.sh Churn Chrun", "there is no such class of tests: Chrun")]
    public async Task Given_tests_that_are_not_there_then_it_stops_and_never_passes_with_fewer(string line, string words)
    {
        using var checkout = new Checkout().WithEngine().WithSdk();
        checkout.Write("tests/Here.Tests/Here.Tests.csproj", "");
        checkout.Write("tests/Benchmarks/Benchmarks.csproj", "");
        checkout.Write("tests/EndToEnd/Churn.cs", "public sealed class Churn(Stack stack)\n");

        (await checkout.RunAsync(line)).Stopped(words);
        Assert.DoesNotContain(checkout.Calls, call => call.StartsWith("dotnet build", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_every_script_when_ShellCheck_reads_it_then_it_finds_nothing()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/shellcheck"), "shellcheck is not on this machine (Debian's package shellcheck)");
        var scripts = Repository.Files(".ci", "infra", "examples").Where(IsScript).ToList();
        Assert.True(scripts.Count > 20);
        var start = new ProcessStartInfo("/usr/bin/shellcheck", ["--external-sources", "--format=gcc", .. scripts])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.Root,
        };
        using var process = Checkout.Start(start);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    private static bool IsBuild(string call) => call.StartsWith("dotnet publish", StringComparison.Ordinal);

    private static bool IsScript(string path)
    {
        var first = File.ReadLines(path).FirstOrDefault() ?? "";
        return (first.StartsWith("#!", StringComparison.Ordinal) && first.EndsWith("sh", StringComparison.Ordinal))
            || first.StartsWith("# shellcheck shell=", StringComparison.Ordinal);
    }
}

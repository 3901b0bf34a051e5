using Ecs.Gateway.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Cli.Tests;

/// <summary>What <c>ecs replay</c> ends with: through a real Gateway, from a stand-in of the Auditor.</summary>
public class ReplayTests
{
    private const string Different = """[{"position": 7, "leader": "aa", "replayed": "bb"}]""";

    [Theory]
    [InlineData(3, 0, "[]", 0, "the same"), InlineData(0, 0, "[]", 6, "Nothing was compared")]
    [InlineData(3, 1, Different, 4, "another state at position 7")]
    public async Task Given_a_replay_when_it_compared_then_the_exit_code_says_what_came_of_it(
        int fleets, int families, string differences, int code, string words)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var auditor = builder.Build();
        auditor.Urls.Add("http://127.0.0.1:0");
        auditor.MapGet("/replay", http => http.Response.WriteAsync($$"""
            {"position": 9, "events": 9, "seconds": 0.1, "states": [
              {"service": "scheduler", "format": "fleet", "digest": "bb", "compared": {{fleets}}, "differences": {{differences}}},
              {"service": "registry", "format": "families", "digest": "cc", "compared": {{families}}, "differences": []}]}
            """));
        await auditor.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        var run = await Tool.RunAsync(gateway.Address, "replay");

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(words, run.Output + run.Errors, StringComparison.Ordinal);
    }
}

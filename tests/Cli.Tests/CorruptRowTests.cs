using Ecs.Gateway.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Cli.Tests;

/// <summary>An Auditor that cannot read a row: through a real Gateway, from a stand-in.</summary>
public class CorruptRowTests
{
    private const string Fault = "The log cannot be read: event 'task-placed' at position 7 cannot be read: no JSON.";

    [Theory]
    [InlineData("state", "--at", "9"), InlineData("diff", "--from", "0", "--to", "9"), InlineData("history", "default")]
    [InlineData("history", "--caused-by", "command-1"), InlineData("explain", "0123456789abcdef0123456789abcdef")]
    [InlineData("simulate", "--from", "0", "--to", "9"), InlineData("replay"), InlineData("replay", "--decisions")]
    public async Task Given_a_row_that_cannot_be_read_when_told_then_its_position_is_named_and_it_is_no_success(
        params string[] command)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var auditor = builder.Build();
        auditor.Urls.Add("http://127.0.0.1:0");
        auditor.MapFallback(http =>
        {
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return http.Response.WriteAsJsonAsync(new { __type = "ServerException", message = Fault });
        });
        await auditor.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        var run = await Tool.RunAsync(gateway.Address, command);

        Assert.Equal(ExitCodes.NotReachable, run.ExitCode);
        Assert.Contains(Fault, run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }
}

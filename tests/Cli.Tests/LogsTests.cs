using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Cli.Tests;

/// <summary>What <c>ecs logs</c> writes, from a stand-in of the endpoint.</summary>
public class LogsTests
{
    private const string Task = "0123456789abcdef0123456789abcdef";

    private const string Whole = """{"container":"web","stream":"stdout","line":"whole"}""";

    private const string Piece = """{"container":"web","stream":"stdout","line":"begun","isPartial":true}""";

    private const string Unreadable = """{"container":"db","stream":"stderr","error":"no reader"}""";

    [Theory]
    [InlineData("""{"error":{"type":"ClientException","message":"The log of container 'db' cannot be read: no reader."}}""", 1)]
    [InlineData("""{"error":{"type":"AgentUnavailableException","message":"The Agent was lost: gone."}}""", 3)]
    [InlineData("", 0)]
    public async Task Given_a_line_whose_last_piece_never_came_when_it_ends_in_any_way_then_what_came_is_written(
        string end, int code)
    {
        var run = await RunAsync($"{Whole}\n{Unreadable}\n{Piece}\n{end}\n".TrimEnd('\n'));

        Assert.Equal(code, run.ExitCode);
        Assert.Equal(["whole", "begun"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("The log of container 'db' cannot be read: no reader.", run.Errors, StringComparison.Ordinal);
    }

    private static async Task<ToolRun> RunAsync(string answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var endpoint = builder.Build();
        endpoint.Urls.Add("http://127.0.0.1:0");
        endpoint.MapGet($"/logs/{Task}", http => http.Response.WriteAsync(answer));
        await endpoint.StartAsync();
        return await Tool.RunAsync(new Uri(endpoint.Urls.Single()), "logs", Task, "web");
    }
}

using System.Xml.Linq;
using Ecs.Gateway.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Cli.Tests;

/// <summary>Simulations: through a real Gateway, from a stand-in of the Auditor.</summary>
public sealed class SimulateTests
{
    private const string Outcome = """
        {"placed":PLACED,"failed":1,"withdrawn":0,"waiting":0,"displaced":0,"waitP50":0,"waitP99":30.5,"strandedCpu":12.5,
        "strandedMemory":0,"peakStrandedCpu":100,"peakStrandedMemory":0,"peakReservedCpu":900,"peakReservedMemory":1500,
        "peakInstances":1,"instances":2,"cpu":2048,"memory":4096}
        """;

    private static readonly string Reply = """
        {"from":1,"to":9,"begins":"2026-11-22T12:00:00Z","ends":"2026-11-22T13:00:00Z","asked":3,"carried":0,"assumed":1,"leftOut":0,
        "clusterArn":"arn:aws:ecs:us-east-1:000000000000:cluster/default","then":THEN,"if":IF,
        "chart":{"stepSeconds":900,"then":{"cpu":[0,900,900,0],"memory":[0,1500,1500,0]},"if":{"cpu":[900,900,0,0],"memory":[1500,1500,0,0]}}}
        """
        .Replace("THEN", Outcome.Replace("PLACED", "2", StringComparison.Ordinal), StringComparison.Ordinal)
        .Replace("IF", Outcome.Replace("PLACED", "47", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public async Task Given_a_simulation_when_asked_then_there_are_a_table_a_chart_that_is_xml_and_json()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("ecs-simulate-").FullName, "chart.svg");
        var asked = new List<string>();

        var run = await RunAsync(asked, "simulate", "--from", "1", "--to", "9", "--strategy", "binpack:memory", "--instances",
            "1xcpu:1,memory:1", "--instances", "2xcpu:2,memory:2", "--chart", file);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"placed\s+2\s+47", run.Output);
        Assert.Contains("1 tasks never ran", run.Errors, StringComparison.Ordinal);
        Assert.Contains("strategy=binpack%3Amemory", asked[0], StringComparison.Ordinal);
        Assert.Contains("memory%3A1%3B2xcpu", asked[0], StringComparison.Ordinal);
        var drawn = XDocument.Load(file).Descendants().ToList();
        Assert.Equal(4, drawn.Count(element => element.Name.LocalName == "polyline"));
        // Each of the legend's dashed lines is there in both plots, in its colour.
        foreach (var (word, colour) in new[] { ("what the instances had then", "#777777"), ("what they have if", "#d9480f") })
        {
            Assert.Contains(drawn, element => element.Value == word && element.Name.LocalName == "text");
            Assert.Equal(3, drawn.Count(element =>
                (string?)element.Attribute("stroke") == colour && (string?)element.Attribute("stroke-dasharray") == "6 4"));
        }

        Assert.Equal(47, (int)(await RunAsync([], "simulate", "--from", "1", "--to", "9", "--json")).Json["if"]!["placed"]!);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Given_a_chart_that_cannot_be_written_or_no_range_when_asked_then_the_exit_code_is_2()
    {
        Assert.Equal(2, (await RunAsync([], "simulate", "--from", "1", "--to", "9", "--chart", "/nowhere/chart.svg")).ExitCode);
        Assert.Equal(2, (await RunAsync([], "simulate", "--from", "1")).ExitCode);
    }

    private static async Task<ToolRun> RunAsync(List<string> asked, params string[] command)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var auditor = builder.Build();
        auditor.Urls.Add("http://127.0.0.1:0");
        auditor.MapGet("/simulate", async http =>
        {
            asked.Add($"{http.Request.QueryString}");
            await http.Response.WriteAsync(Reply);
        });
        await auditor.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());
        return await Tool.RunAsync(gateway.Address, command);
    }
}

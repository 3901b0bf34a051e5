using System.Text.Json.Nodes;
using Ecs.Cli.Commands;

namespace Ecs.Cli.Tests;

/// <summary>What a run of the tool left behind.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    /// <summary>The output as the one JSON document that it must be.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;
}

/// <summary>Runs the whole tool in this process.</summary>
internal static class Tool
{
    public static Task<ToolRun> RunAsync(Uri endpoint, params string[] words) => RunAsync(endpoint, "", words);

    public static async Task<ToolRun> RunAsync(Uri endpoint, string input, string[] words, bool isTerminal = false)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await EcsCommandLine.RunAsync(words, new Surroundings(
            new StringReader(input), output, errors, isTerminal, name => name switch
            {
                "ECS_ENDPOINT_URL" => $"{endpoint}",
                "AWS_ACCESS_KEY_ID" => "alice",
                "AWS_REGION" => "eu-west-1",
                "TERM" => "xterm-256color",
                "COLORTERM" => "truecolor",
                _ => null,
            }));
        return new ToolRun(code, output.ToString(), errors.ToString());
    }
}

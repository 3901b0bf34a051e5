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

    public static Task<ToolRun> RunAsync(Uri endpoint, string input, string[] words, bool isTerminal = false) =>
        RunAsync(endpoint, input, words, isTerminal, _ => null);

    /// <summary>Runs it on a terminal that is so many characters wide, with more of an environment.</summary>
    public static Task<ToolRun> OnTerminalAsync(
        Uri endpoint, int columns, string[] words, params (string Name, string Value)[] environment) => RunAsync(
            endpoint, "", words, isTerminal: true, name => name is "COLUMNS"
                ? $"{columns}"
                : environment.Where(one => one.Name == name).Select(one => one.Value).FirstOrDefault());

    private static async Task<ToolRun> RunAsync(
        Uri endpoint, string input, string[] words, bool isTerminal, Func<string, string?> environment)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await EcsCommandLine.RunAsync(words, new Surroundings(
            new StringReader(input), output, errors, isTerminal, name => environment(name) ?? name switch
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

using Ecs.Contracts.Commands;
using Ecs.Gateway.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Cli.Tests;

/// <summary>The past, as the tool tells it: through a real Gateway, from a stand-in of the Auditor.</summary>
public class HistoryTests
{
    private const string Unknown =
        """{"__type": "ResourceNotFoundException", "message": "The log knows no such thing.", "field": "of"}""";

    [Fact]
    public async Task Given_the_beginning_of_an_id_when_its_history_is_asked_then_all_pages_of_the_task_are_told()
    {
        await using var auditor = await StartAsync(http => (string?)http.Request.Query["of"] != Samples.TaskArn
            ? Unknown
            : http.Request.Query["after"] == "0"
                ? Page(4, "task-placed", "web:1 placed", 4)
                : Page(8, "task-stopping", "bye", null));
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());
        gateway.Bus.Answering = (_, _) => Task.FromResult(CommandSenderDouble.Result(
            new ListTasksResult([Samples.TaskArn], null)));

        var run = await Tool.RunAsync(gateway.Address, "history", "01234567");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var lines = run.Output.Split('\n');
        Assert.Contains(Samples.TaskArn, lines[0], StringComparison.Ordinal);
        var placed = Array.FindIndex(lines, line => line.Contains("task-placed", StringComparison.Ordinal));
        Assert.Matches(@"\d\d:\d\d:\d\d\.\d{3} +4 +task-placed +alice, run-task +web:1 placed", lines[placed]);
        Assert.Contains("task-stopping", lines[placed + 1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_json_when_a_history_is_asked_then_it_is_one_document_of_all_pages()
    {
        await using var auditor = await StartAsync(http => http.Request.Query["after"] == "0"
            ? Page(4, "task-placed", "x", 4)
            : Page(8, "task-stopping", "y", null));
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        var run = await Tool.RunAsync(gateway.Address, "history", Samples.TaskArn, "--json");

        Assert.Equal([4, 8], run.Json["entries"]!.AsArray().Select(entry => (int)entry!["position"]!));
    }

    [Fact]
    public async Task Given_a_thing_that_the_log_does_not_know_when_asked_then_it_is_refused()
    {
        await using var auditor = await StartAsync(_ => Unknown);
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        var run = await Tool.RunAsync(gateway.Address, "history", "nonsense");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The log knows no such thing.", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0, "task-placed"), InlineData(true, 0, "\"position\":4"), InlineData(false, 3, "ask again")]
    public async Task Given_the_log_when_printed_then_each_event_is_a_line_and_half_of_one_is_told(
        bool json, int code, string expected)
    {
        var line = """{"position":4,"logTime":"2026-08-03T10:11:12Z","stream":"x","event":"task-placed","data":{}}""" + "\n";
        await using var auditor = await StartAsync(_ => code == 0 ? line : line + "{\"position\":");
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        var run = await Tool.RunAsync(gateway.Address, json ? ["log", "--json"] : ["log"]);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(expected, run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?after=7&kind=task&region=eu-north-1", "--after", "7", "--kind", "task", "--region", "eu-north-1")]
    [InlineData("?after=0&follow=true&cluster=a%26b", "--follow", "--cluster", "a&b")]
    public async Task Given_what_is_to_be_seen_of_the_log_when_asked_then_only_what_was_said_narrows(
        string expected, params string[] said)
    {
        var asked = "";
        await using var auditor = await StartAsync(http =>
        {
            asked = $"{http.Request.QueryString}";
            return "";
        });
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        Assert.Equal(0, (await Tool.RunAsync(gateway.Address, ["log", .. said])).ExitCode);
        Assert.Equal(expected, asked);
    }

    [Fact]
    public async Task Given_a_command_when_what_it_caused_is_asked_then_its_answer_and_all_pages_are_told()
    {
        await using var auditor = await StartAsync(http => (string?)http.Request.Query["causedBy"] != "run/1"
            ? Unknown
            : http.Request.Query["after"] == "0" ? Caused(4, 4) : Caused(8, null));
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        var run = await Tool.RunAsync(gateway.Address, "history", "--caused-by", "run/1");
        var json = await Tool.RunAsync(gateway.Address, "history", "--caused-by", "run/1", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches(@"run-task +alice +run/1 +accepted", run.Output);
        Assert.Matches(@"stop-task +- +stop-1 +refused: ClientException: no such task", run.Output);
        Assert.Equal(2, run.Output.Split("task-placed").Length - 1);
        Assert.Equal([4, 8], json.Json["entries"]!.AsArray().Select(entry => (int)entry!["position"]!));
        Assert.Equal(["run/1", "stop-1"], json.Json["commands"]!.AsArray().Select(command => (string?)command!["id"]));
    }

    [Theory, InlineData("default"), InlineData("--caused-by", "run/1")]
    public async Task Given_a_history_with_gaps_when_told_then_each_stands_in_its_place_and_it_is_no_success(params string[] asked)
    {
        const string Gaps = """
            "gaps": [
              {"stream": "x", "firstVersion": 2, "lastVersion": 2, "after": 4, "before": 8, "what": "version 2 is missing"},
              {"position": 8, "what": "the other is missing"}], "entries"
            """;
        await using var auditor = await StartAsync(http => http.Request.Query["after"] == "0"
            ? Caused(4, 4)
            : Caused(12, null).Replace("\"entries\"", Gaps, StringComparison.Ordinal));
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        var run = await Tool.RunAsync(gateway.Address, ["history", .. asked]);
        var json = await Tool.RunAsync(gateway.Address, ["history", .. asked, "--json"]);

        Assert.Equal((ExitCodes.NotWhole, ExitCodes.NotWhole), (run.ExitCode, json.ExitCode));
        Assert.Contains("version 2 is missing, and 1 more. This is what is left; ecs verify tells", run.Errors, StringComparison.Ordinal);
        Assert.Matches(@"(?s) 4 +task-placed .*\n +ALTERED +.*version 2 is missing *\n +8 +ALTERED +the other.*\n[^\n]* 12 +task-placed", run.Output);
        Assert.Equal([4, 12], json.Json["entries"]!.AsArray().Select(entry => (int)entry!["position"]!));
        Assert.Equal(["version 2 is missing", "the other is missing"], json.Json["gaps"]!.AsArray().Select(gap => (string?)gap!["what"]));
    }

    [Theory]
    [InlineData(1, "The log knows no such thing.", "--caused-by", "ghost")]
    [InlineData(2, "not both", "a-thing", "--caused-by", "run-1"), InlineData(2, "Say of what")]
    public async Task Given_a_bad_question_of_a_history_when_asked_then_it_is_refused(int code, string words, params string[] asked)
    {
        await using var auditor = await StartAsync(_ => Unknown);
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());

        var run = await Tool.RunAsync(gateway.Address, ["history", .. asked]);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(words, run.Errors, StringComparison.Ordinal);
    }

    private static string Caused(int position, int? next) => Page(position, "task-placed", "x", next).Replace(
        "\"entries\"",
        """
        "commands": [
          {"id": "run/1", "name": "run-task", "isAsked": true, "receivedAt": "2026-08-03T10:11:12Z", "position": 4,
           "actor": "arn:aws:iam::000000000000:user/alice", "outcome": "ACCEPTED"},
          {"id": "stop-1", "name": "stop-task", "isAsked": false, "receivedAt": "2026-08-03T10:11:13Z", "position": 4,
           "outcome": "REFUSED", "error": {"type": "ClientException", "message": "no such task"}}],
         "hasMoreCommands": false, "entries"
        """,
        StringComparison.Ordinal).Replace($"\"of\": \"{Samples.TaskArn}\"", "\"of\": \"run/1\"", StringComparison.Ordinal);

    private static string Page(int position, string name, string what, int? next) => $$"""
        {"of": "{{Samples.TaskArn}}", "nextAfter": {{(next is null ? "null" : $"{next}")}}, "entries": [
          {"position": {{position}}, "time": "2026-08-03T10:11:12.345Z", "stream": "{{Samples.TaskArn}}", "version": 1,
           "event": "{{name}}", "what": "{{what}}", "actor": "arn:aws:iam::000000000000:user/alice",
           "command": {"id": "c", "name": "run-task"} }]}
        """;

    private static async Task<WebApplication> StartAsync(Func<HttpContext, string> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapFallback("{**path}", async http =>
        {
            var text = answer(http);
            if (text == Unknown) http.Response.StatusCode = StatusCodes.Status404NotFound;
            await http.Response.WriteAsync(text);
        });
        await app.StartAsync();
        return app;
    }
}

using Ecs.Gateway.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Cli.Tests;

/// <summary>What <c>ecs replay</c> ends with: through a real Gateway, from a stand-in of the Auditor.</summary>
public class ReplayTests
{
    private const string Different = """[{"position": 7, "leader": "aa", "replayed": "bb", "isLive": true}]""";

    private const string Field = """{"of": "arn:a", "path": "task.lastStatus", "leader": "\"RUNNING\""}""";

    private const string Otherwise = """
        [{"position": 7, "commit": 3, "ordinal": 0, "service": "scheduler", "name": "run-task", "commandId": "c-1", "fieldCount": 9,
          "fields": [{"event": 0, "path": "events[0].data.group", "recorded": "\"a[b]\""}]}]
        """;

    private const string Progress = """{"progress": {"commits": 1, "ofCommits": 2, "position": 4, "ofPosition": 9}}""";

    [Theory]
    [InlineData(3, 0, "[]", "null", 0, "the same"), InlineData(0, 0, "[]", "null", 6, "Nothing was compared")]
    [InlineData(3, 0, "[]", "null", 0, "at position 9"), InlineData(3, 0, "[]", "null", 0, "it did not answer")]
    [InlineData(3, 1, Different, Field, 4, "another state at position 7: the service has aa, the log folds to bb")]
    [InlineData(3, 1, Different, Field, 4, "task.lastStatus: the service has \"RUNNING\", the log folds to nothing")]
    public async Task Given_a_replay_when_it_compared_then_the_exit_code_says_what_came_of_it(
        int fleets, int families, string differences, string field, int code, string words)
    {
        var states = $$"""
            { "report": { "position": 9, "events": 9, "seconds": 0.1, "states": [
              { "service": "scheduler", "format": "fleet", "digest": "bb", "compared": {{fleets}}, "differences": {{differences}},
                "livePosition": 9, "firstField": {{field}} },
              { "service": "registry", "format": "families", "digest": "cc", "compared": {{families}}, "differences": [],
                "liveWhy": "it did not answer" } ] } }
            """.ReplaceLineEndings(" ");

        var run = await RunAsync($"{Progress}\n{states}\n", "/replay", "replay");

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(words, run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 0, "[]", 0, "5 commands of 2 commits decided again, with 8 events: each has the same events and the same answer")]
    [InlineData(0, 0, "[]", 6, "Nothing was compared"), InlineData(5, 0, "[]", 0, "no: other rules decided these")]
    [InlineData(5, 1, Otherwise, 4, "position 7  run-task c-1 (commit 3)")]
    [InlineData(5, 1, Otherwise, 4, "events[0].data.group: recorded \"a[b]\", again nothing")]
    [InlineData(5, 1, Otherwise, 4, "and 8 more")]
    public async Task Given_decisions_when_decided_again_then_differences_are_told_and_the_exit_code_says_so(
        int compared, int different, string differences, int code, string words)
    {
        var report = Report(compared, different, differences);
        string? asked = null;

        var run = await RunAsync(
            $"{Progress}\n{report}\n",
            "/replay/decisions",
            path => asked = path,
            "replay", "--decisions", "--from", "2026-11-22T14:00:00Z", "--to", "9");

        Assert.Equal("?from=2026-11-22T14%3A00%3A00Z&to=9", asked);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(words, run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "[]", ExitCodes.NotReachable), InlineData(1, Otherwise, ExitCodes.NotAsAsked)]
    public async Task Given_a_log_that_cannot_be_read_to_its_end_when_told_then_it_is_said_and_no_success(
        int different, string differences, int code)
    {
        var report = Report(3, different, differences, "\"failure\": \"The event at position 4 cannot be read.\",");

        var run = await RunAsync($"{report}\n", "/replay/decisions", "replay", "--decisions");

        Assert.Equal(code, run.ExitCode);
        Assert.Contains("The event at position 4 cannot be read. Nothing behind it", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_an_answer_that_was_cut_off_when_told_then_nothing_is_known()
    {
        var run = await RunAsync($"{Progress}\n", "/replay/decisions", "replay", "--decisions");

        Assert.Equal(ExitCodes.NotReachable, run.ExitCode);
        Assert.Contains("ended before all was decided again", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_range_without_decisions_when_asked_then_it_is_a_wrong_usage()
    {
        var run = await RunAsync("{}", "/replay", "replay", "--from", "3");

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("for --decisions", run.Errors, StringComparison.Ordinal);
    }

    private static string Report(int compared, int different, string differences, string failure = "") => $$"""
        { "report": { {{failure}} "commits": 2, "position": 9, "compared": {{compared}}, "events": 8,
          "different": {{different}}, "differences": {{differences}}, "versions": [
            { "service": "scheduler", "version": "old", "isCompared": false, "commands": 1, "firstCommit": 1, "lastCommit": 1 } ] } }
        """.ReplaceLineEndings(" ");

    private static Task<ToolRun> RunAsync(string answer, string path, params string[] arguments) =>
        RunAsync(answer, path, _ => { }, arguments);

    private static async Task<ToolRun> RunAsync(
        string answer, string path, Action<string> asked, params string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var auditor = builder.Build();
        auditor.Urls.Add("http://127.0.0.1:0");
        auditor.MapGet(path, http =>
        {
            asked(http.Request.QueryString.Value ?? "");
            return http.Response.WriteAsync(answer);
        });
        await auditor.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single());
        return await Tool.RunAsync(gateway.Address, arguments);
    }
}

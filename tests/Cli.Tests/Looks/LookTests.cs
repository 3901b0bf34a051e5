using System.Text.RegularExpressions;
using Ecs.Gateway.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Cli.Tests.Looks;

/// <summary>
/// How the past looks: on wide and narrow terminals, with colours and without, and in a pipe. Names and ids as long as
/// they may be, from a stand-in of the Auditor.
/// </summary>
public sealed partial class LookTests : IAsyncLifetime
{
    private const string Family = "a-service-with-a-rather-long-name-for-the-nightly-import-of-orders";
    private const string Token = "token:0372cb4fe48e5a32b1b937c75916c3b200ab4063246cee8a612a8b7ff9ce4c2f";
    private const string Task = "arn:aws:ecs:eu-west-1:000000000000:task/default/0123456789abcdef0123456789abcdef";
    private const string Hash = "83fc51c4bf27d0349481aa4e1d775544222c5ab71f644aabc51e77b61aec1c3c";

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["/history"] = $$$"""
            {"of": "{{{Task}}}", "commands": [
              {"id": "{{{Token}}}", "name": "run-task", "isAsked": true, "receivedAt": "2026-08-03T10:11:12Z", "position": 4,
               "actor": "arn:aws:iam::279609110621:root", "outcome": "ACCEPTED"},
              {"id": "stop-1", "name": "stop-task", "isAsked": false, "receivedAt": "2026-08-03T10:11:13Z", "position": 4,
               "outcome": "REFUSED", "error": {"type": "ClientException", "message": "no such task"}}],
             "entries": [
              {"position": 1764123456789012, "time": "2026-08-03T10:11:12.345Z", "stream": "{{{Task}}}", "event": "task-placed",
               "what": "{{{Family}}}:1 placed", "actor": "arn:aws:iam::279609110621:root", "command": {"id": "{{{Token}}}", "name": "run-task"}},
              {"position": 1764123456789019, "time": "2026-08-04T10:11:12.345Z", "stream": "{{{Task}}}", "event": "container-instance-registered",
               "what": "joined [with] brackets", "actor": null, "command": null}],
             "gaps": [{"stream": "{{{Task}}}", "after": 1764123456789012, "what": "version 2 is missing"}]}
            """,
        ["/state"] = $$$"""
            {"position": 7, "logTime": "2026-08-03T10:11:15Z", "taskCount": 1, "instanceCount": 1,
             "clusters": [{"clusterName": "default", "status": "ACTIVE", "registeredContainerInstancesCount": 1}],
             "containerInstances": [{"containerInstanceArn": "arn:aws:ecs:eu-west-1:000000000000:container-instance/default/fedcba9876543210fedcba9876543210",
              "ec2InstanceId": "cellar", "status": "DRAINING", "agentConnected": false}],
             "tasks": [{"taskArn": "{{{Task}}}", "taskDefinitionArn": "arn:aws:ecs:eu-west-1:000000000000:task-definition/{{{Family}}}:1",
              "lastStatus": "RUNNING", "createdAt": "2026-08-03T10:11:12Z"}]}
            """,
        ["/diff"] = $$$"""
            {"from": 3, "to": 8, "fromTime": "2026-08-03T10:11:12Z", "toTime": "2026-08-03T10:11:15Z",
             "started": {"count": 1, "entries": [{"of": "{{{Task}}}", "what": "{{{Family}}}:1 placed", "position": 4,
               "actor": "arn:aws:iam::279609110621:root", "command": {"id": "{{{Token}}}", "name": "run-task"}}]},
             "stopped": {"count": 0, "entries": []}, "moved": {"count": 0, "entries": []}, "changed": {"count": 0, "entries": []}}
            """,
        ["/log"] = $$$"""{"position":1764123456789012,"logTime":"2026-08-03T10:11:12Z","stream":"{{{Task}}}","event":"task-placed","data":{}}""" + "\n",
        ["/verify"] = """{"report":{"whole":true,"commits":2,"events":3,"head":{"number":2,"position":3,"hash":"HASH"}}}"""
            .Replace("HASH", Hash, StringComparison.Ordinal),
        ["/explain"] = $"{Task}\n{Family}:1 was placed on instance fedcba98… (cellar) at 2026-08-03 10:11:12Z.\n",
    };

    /// <summary>Each of the commands, what must be in it whole, and what is coloured how.</summary>
    public static TheoryData<string, string[], string> Looks => new()
    {
        {
            $"history {Task}",
            [Task, "1764123456789019", "container-instance-registered", "account 279609110621, run-task", "joined [with] brackets", "2026-08-04"],
            "\e[1;38;5;9mALTERED"
        },
        { "history --caused-by x", [Token, "account 279609110621", "refused: ClientException"], "\e[38;5;9mrefused" },
        { "state --at 7", ["0123456789ab", "fedcba987654", "3.0 s", "DRAINING", "silent"], "\e[38;5;2mRUNNING" },
        { "diff --from 3 --to 8", [Token, "task 0123456789ab", "started 1"], "\e[1mtask 0123456789ab" },
        { "log", ["1764123456789012", "task-placed", "0123456789ab"], "\e[1mtask-placed" },
        { "verify", ["The log is whole", Hash], "\e[1;38;5;2mThe log is whole" },
        { $"explain {Task}", [Task, $"{Family}:1"], "" },
    };

    private WebApplication _auditor = null!;
    private GatewayHost _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _auditor = builder.Build();
        _auditor.Urls.Add("http://127.0.0.1:0");
        _auditor.MapFallback(http => http.Response.WriteAsync(
            Answers.First(answer => $"{http.Request.Path}".StartsWith(answer.Key, StringComparison.Ordinal)).Value));
        await _auditor.StartAsync();
        _gateway = await GatewayHost.StartAsync(_auditor.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _auditor.DisposeAsync();
    }

    [Theory, MemberData(nameof(Looks))]
    public async Task Given_a_narrow_terminal_when_the_past_is_told_then_nothing_is_cut_and_no_id_is_broken(
        string command, string[] whole, string _)
    {
        foreach (var columns in new[] { 80, 100, 132, 200 })
        {
            var run = await Tool.OnTerminalAsync(_gateway.Address, columns, command.Split(' '));

            var plain = Escapes().Replace(run.Output, "");
            Assert.All(whole, text => Assert.Contains(text, plain, StringComparison.Ordinal));
            Assert.DoesNotContain("\n…", plain, StringComparison.Ordinal);
            // What is no table is broken by the terminal itself.
            if (command is not "log" && !command.StartsWith("explain", StringComparison.Ordinal))
            {
                Assert.All(plain.Split('\n'), line => Assert.True(line.TrimEnd().Length <= columns, $"{columns}: {line}"));
            }
        }
    }

    [Theory, MemberData(nameof(Looks))]
    public async Task Given_a_terminal_with_colours_when_the_past_is_told_then_what_matters_is_in_its_colour(
        string command, string[] _, string coloured)
    {
        var run = await Tool.OnTerminalAsync(_gateway.Address, 200, command.Split(' '));

        Assert.Contains(coloured, run.Output, StringComparison.Ordinal);
        Assert.Equal(coloured.Length > 0, run.Output.Contains('\e'));
    }

    [Theory, MemberData(nameof(Looks))]
    public async Task Given_NO_COLOR_when_the_past_is_told_then_nothing_has_a_colour(string command, string[] whole, string _)
    {
        var run = await Tool.OnTerminalAsync(_gateway.Address, 200, command.Split(' '), ("NO_COLOR", "1"));

        Assert.DoesNotMatch(@"\e\[[0-9;]*[349][0-9](;|m)", run.Output);
        var plain = Escapes().Replace(run.Output, "");
        Assert.All(whole, text => Assert.Contains(text, plain, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Looks))]
    public async Task Given_a_pipe_when_the_past_is_told_then_each_thing_is_one_line_without_escapes(
        string command, string[] whole, string _)
    {
        var run = await Tool.RunAsync(_gateway.Address, command.Split(' '));

        Assert.DoesNotContain('\e', run.Output);
        var lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.All(whole, text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
        Assert.DoesNotContain(lines, line => line.StartsWith("    ", StringComparison.Ordinal) && !line.Contains("ALTERED"));
    }

    [GeneratedRegex(@"\e\[[0-9;?]*[a-zA-Z=]|\e=")]
    private static partial Regex Escapes();
}

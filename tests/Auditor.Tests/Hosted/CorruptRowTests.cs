using System.Net;
using Ecs.Contracts.Commands;
using Npgsql;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>What is said of a row that somebody has altered: where it is, instead of an answer that leaves it out.</summary>
public sealed class CorruptRowTests(WrittenLog written) : PlayedHouse(written)
{
    private const string Unreadable = """'{"taskArn": 7}'""";
    private const string Contradicting = """jsonb_set(data::jsonb, '{clusterArn}', '"arn:aws:ecs:us-east-1:000000000000:cluster/gone"')""";

    private string _task = "";
    private long _placed;
    private long _end;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Fleet.Instance(1);
        _task = Fleet.Run(new RunTask { TaskDefinition = "small" })[0];
        _placed = await WriteAsync();
        Fleet.When(new StopTask { Task = _task });
        _end = await WriteAsync();
    }

    [Theory]
    [InlineData("/state?at=END"), InlineData("/diff?from=0&to=END"), InlineData("/simulate?from=0&to=END")]
    [InlineData("/explain/TASK")]
    public async Task Given_a_row_that_cannot_be_read_when_asked_then_the_error_names_its_position(string path)
    {
        await AlterAsync(Unreadable);

        var error = await House.GetAsync(Path(path), HttpStatusCode.InternalServerError);

        Assert.Equal(ErrorTypes.Server, error.GetProperty("__type").GetString());
        Assert.Contains(
            $"event 'task-placed' at position {_placed} cannot be read",
            error.GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("answer = '7'", "/history?of=TASK"), InlineData("answer = 'null'", "/history?causedBy=command-2")]
    [InlineData("answer = '[]'", "/explain/TASK"), InlineData("body = '7'", "/simulate?from=0&to=END")]
    [InlineData("body = 'null'", "/simulate?from=0&to=END")]
    public async Task Given_a_command_that_cannot_be_read_when_asked_then_it_is_named_with_the_position_of_its_commit(
        string altered, string path)
    {
        await RunAsync($"update ecs_log.commands set {altered} where command_id = 'command-2'");

        var error = await House.GetAsync(Path(path), HttpStatusCode.InternalServerError);

        Assert.Matches(
            $"command 'command-2', of the commit that ends at position {_placed}, cannot be read", error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("/state?at=END"), InlineData("/diff?from=0&to=END")]
    public async Task Given_a_row_that_contradicts_those_before_it_when_folded_then_the_error_names_its_position(string path)
    {
        await AlterAsync(Contradicting);

        var error = await House.GetAsync(Path(path), HttpStatusCode.InternalServerError);

        Assert.Contains(
            $"event 'task-placed' at position {_placed} contradicts what came before it",
            error.GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_row_that_contradicts_those_before_it_when_a_task_is_to_be_explained_then_that_is_the_answer()
    {
        await AlterAsync(Contradicting);

        var error = await House.GetAsync(Path("/explain/TASK"), HttpStatusCode.InternalServerError);

        Assert.Contains($"{_task} contradicts itself, or what came before it", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Unreadable, "cannot be read"), InlineData(Contradicting, "contradicts what came before it")]
    public async Task Given_such_a_row_when_replayed_then_the_report_names_its_position_and_what_came_before_is_told(
        string data, string what)
    {
        await AlterAsync(data);

        var report = (await House.LinesAsync("/replay"))[^1].GetProperty("report");

        Assert.Contains(
            $"event 'task-placed' at position {_placed} {what}", report.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.True(report.GetProperty("events").GetInt64() < _placed);
        // What broke off amid an event is no state of any position.
        var fleet = report.GetProperty("states").EnumerateArray().First(s => s.GetProperty("service").GetString() is "scheduler");
        Assert.Equal(data == Unreadable, fleet.TryGetProperty("digest", out _));
    }

    [Fact]
    public async Task Given_a_name_that_nobody_knows_when_asked_then_it_is_said_that_the_Auditor_is_too_old()
    {
        await RunAsync($"update ecs_log.mt_events set type = 'task-teleported' where seq_id = {_placed}");

        foreach (var path in new[] { "/state?at=END", "/diff?from=0&to=END" })
        {
            var error = await House.GetAsync(Path(path), HttpStatusCode.NotImplemented);
            Assert.Contains(
                $"too old for this log: event 'task-teleported' at position {_placed}",
                error.GetProperty("message").GetString(),
                StringComparison.Ordinal);
        }
    }

    private string Path(string path) => path.Replace("END", $"{_end}", StringComparison.Ordinal)
        .Replace("TASK", Uri.EscapeDataString(_task), StringComparison.Ordinal);

    private Task AlterAsync(string data) =>
        RunAsync($"update ecs_log.mt_events set data = {data} where seq_id = {_placed}");

    private async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(House.Connection);
        await using var command = source.CreateCommand($"set session_replication_role = replica; {sql}");
        await command.ExecuteNonQueryAsync();
    }
}

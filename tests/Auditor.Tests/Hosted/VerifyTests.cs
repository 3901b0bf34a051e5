using System.Net;
using Ecs.Contracts.Commands;
using Npgsql;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.Hosted;

public sealed class VerifyTests(WrittenLog written) : IAsyncLifetime
{
    private AuditedHouse _house = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await AuditedHouse.StartAsync(written);
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("a"));
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("b"), ClusterCreated("c"));
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Given_a_whole_log_when_verified_then_progress_and_a_report_with_its_end_are_told()
    {
        var lines = await _house.LinesAsync("/verify");
        var checkpoint = await _house.GetAsync("/checkpoint");

        Assert.Equal(2, lines[0].GetProperty("progress").GetProperty("ofCommits").GetInt64());
        var report = lines[^1].GetProperty("report");
        Assert.True(report.GetProperty("whole").GetBoolean());
        Assert.Equal(3, report.GetProperty("events").GetInt64());
        Assert.Equal($"{checkpoint}", $"{report.GetProperty("head")}");
    }

    [Fact]
    public async Task Given_an_altered_event_when_verified_then_it_is_named_and_a_checkpoint_is_held_against_the_log()
    {
        var checkpoint = await _house.GetAsync("/checkpoint");
        var asked = $"/verify?number=2&hash={checkpoint.GetProperty("hash").GetString()}";
        Assert.True((await ReportAsync(asked)).GetProperty("whole").GetBoolean());
        var other = (await ReportAsync($"/verify?number=1&hash={new string('0', 64)}")).GetProperty("fault");
        Assert.Equal("HISTORY_REWRITTEN", other.GetProperty("kind").GetString());
        var cut = (await ReportAsync($"/verify?number=3&hash={new string('0', 64)}")).GetProperty("fault");
        Assert.Equal("TAIL_CUT", cut.GetProperty("kind").GetString());

        await using (var source = NpgsqlDataSource.Create(_house.Connection))
        await using (var tamper = source.CreateCommand(
            "set session_replication_role = replica; update ecs_log.mt_events set data = '{}' where version = 1"))
        {
            await tamper.ExecuteNonQueryAsync();
        }

        var fault = (await ReportAsync(asked)).GetProperty("fault");
        Assert.Equal("EVENT_ALTERED", fault.GetProperty("kind").GetString());
        Assert.Equal(1, fault.GetProperty("position").GetInt64());
        Assert.EndsWith("cluster/a", fault.GetProperty("stream").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_log_when_exported_then_it_begins_with_its_form_has_a_line_for_each_commit_and_an_end()
    {
        var checkpoint = await _house.GetAsync("/checkpoint");
        var lines = await _house.LinesAsync("/export");
        Assert.Equal(4, lines.Count);
        Assert.Equal("ecs-log-1", lines[0].GetProperty("format").GetString());
        Assert.Equal(checkpoint.GetProperty("hash").GetString(), lines[2].GetProperty("hash").GetString());
        Assert.Equal(3, lines[3].GetProperty("end").GetProperty("events").GetInt64());

        // By the position of an event: the commit that holds it is the first, and only whole commits come.
        Assert.Equal([2], (await _house.LinesAsync("/export?from=2"))[1..^1].Select(Number));
        Assert.Equal([1], (await _house.LinesAsync("/export?to=2"))[1..^1].Select(Number));

        static long Number(System.Text.Json.JsonElement line) => line.GetProperty("content").GetProperty("number").GetInt64();
    }

    [Theory]
    [InlineData("/export?from=0", "from")]
    [InlineData("/export?from=3&to=2", "to")]
    [InlineData("/export?from=99999", "from")]
    [InlineData("/export?to=99999", "to")]
    [InlineData("/verify?number=1", "hash")]
    [InlineData("/verify?hash=00", "number")]
    [InlineData("/verify?number=1&hash=XY", "hash")]
    [InlineData("/verify?number=-1&hash=00", "number")]
    [InlineData("/verify?from=1", "from")]
    [InlineData("/checkpoint?at=1", "at")]
    public async Task Given_bad_input_when_verified_then_the_field_is_named(string path, string field) =>
        Assert.Equal(field, (await _house.GetAsync(path, HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    private async Task<System.Text.Json.JsonElement> ReportAsync(string path) =>
        (await _house.LinesAsync(path))[^1].GetProperty("report");
}

using System.Text;
using System.Text.Json;
using CsCheck;
using Ecs.Agent.Logs;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;

namespace Ecs.Agent.Tests.Logs;

public sealed class LogSplitterTests
{
    private const string First = "2026-11-25T16:00:00.000000001Z";
    private const string Second = "2026-11-25T16:00:00.000000002Z";

    [Fact]
    public async Task Given_two_stamped_lines_then_each_has_its_time_and_text()
    {
        var lines = await SplitAsync($"{First} one\n{Second} \n");

        Assert.Equal([(First, "one"), (Second, "")], lines.Select(line => (line.Time, line.Line)));
        Assert.All(lines, line => Assert.Equal(("web", "stderr", null), (line.Container, line.Stream, line.IsPartial)));
    }

    [Fact]
    public async Task Given_a_line_that_docker_cut_then_its_pieces_are_partial_and_hold_no_second_time()
    {
        var start = new string('a', LogLine.MaxBytes);

        var lines = await SplitAsync($"{First} {start}{First} end\n{Second} next\n");

        Assert.Equal([start, "end", "next"], lines.Select(line => line.Line));
        Assert.Equal([true, null, null], lines.Select(line => line.IsPartial));
    }

    [Fact]
    public async Task Given_a_driver_that_cuts_elsewhere_when_a_reading_begins_with_a_time_then_it_is_not_taken_for_text()
    {
        var lines = await SplitAsync($"{First} begin", $"{First} end\n");

        Assert.Equal(["begin", "end"], lines.Select(line => line.Line));
        Assert.Equal([true, null], lines.Select(line => line.IsPartial));
    }

    [Fact]
    public async Task Given_bytes_that_are_no_text_then_they_come_in_base64_and_whole()
    {
        byte[] bytes = [0xff, 0x00, 0x80];

        var lines = await SplitAsync([Encoding.ASCII.GetBytes($"{First} "), bytes, "\n"u8.ToArray()]);

        Assert.Equal(bytes, Convert.FromBase64String(Assert.Single(lines).Base64!));
    }

    [Fact]
    public async Task Given_control_characters_as_far_as_a_line_goes_then_the_line_still_fits_a_part()
    {
        var text = new string('\u0001', LogLine.MaxBytes);

        var lines = await SplitAsync($"{First} {text}\n");

        Assert.Equal(text, Encoding.UTF8.GetString(Convert.FromBase64String(lines[0].Base64!)));
    }

    [Fact]
    public void Given_any_lines_read_in_any_pieces_then_the_same_lines_come() =>
        Gen.Select(Gen.String[Gen.Char['a', 'e'], 0, 40].List[0, 20], Gen.Int[1, 50]).Sample((texts, piece) =>
        {
            var all = Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => $"{First} {text}\n")));
            var lines = SplitAsync([.. all.Chunk(piece)]).AsTask().Result;
            return lines.Select(line => line.Line).SequenceEqual(texts);
        });

    private static ValueTask<List<LogLine>> SplitAsync(params string[] readings) =>
        SplitAsync([.. readings.Select(Encoding.UTF8.GetBytes)]);

    private static async ValueTask<List<LogLine>> SplitAsync(byte[][] readings)
    {
        var lines = new List<LogLine>();
        var splitter = new LogSplitter("web", "stderr", json =>
        {
            Assert.True(json.Length < Part.MaxBytes);
            lines.Add(JsonSerializer.Deserialize<LogLine>(json.Span, EcsJson.Options)!);
            return ValueTask.CompletedTask;
        });
        foreach (var reading in readings) await splitter.TakeAsync(reading);
        await splitter.FinishAsync();
        return lines;
    }
}

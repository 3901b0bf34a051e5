namespace Ecs.Cli.Tests;

public sealed class TraceTests : IDisposable
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    private readonly string _folder = Directory.CreateTempSubdirectory("ecs-trace-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Given_the_files_of_two_programs_then_the_spans_of_the_tasks_traces_are_told_in_their_order()
    {
        Write("gateway", Span("one", "RunTask", 0, 9, "task/default/abc task/default/other"), Span("two", "StopTask", 1, 2, "task/default/other"));
        Write("scheduler", Span("one", "commit", 3, 5, null), Span("one", "publish", 6, 7, "task/default/other"));

        var run = await Tool.RunAsync(Nowhere, "trace", "ab", _folder, "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            ["gateway RunTask 0 9", "scheduler commit 3 2"],
            run.Json["spans"]!.AsArray().Select(span => $"{span!["service"]} {span["name"]} {span["atMs"]} {span["ms"]}"));
    }

    [Fact]
    public async Task Given_a_person_then_each_span_is_a_line_with_its_milliseconds()
    {
        Write("gateway", Span("one", "RunTask", 0, 9, "task/default/abc"));

        var run = await Tool.RunAsync(Nowhere, "trace", "abc", _folder);

        Assert.Contains("     0.0      9.0  ", run.Output, StringComparison.Ordinal);
        Assert.Contains("gateway RunTask", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_file_whose_last_line_is_cut_then_the_rest_is_read_and_one_cut_before_is_an_error()
    {
        Write("gateway", Span("one", "RunTask", 0, 9, "task/default/abc"));
        File.AppendAllText(Path.Combine(_folder, "gateway.jsonl"), "{\"resourceSpans\":[{");
        Assert.Equal(0, (await Tool.RunAsync(Nowhere, "trace", "abc", _folder)).ExitCode);

        File.AppendAllText(Path.Combine(_folder, "gateway.jsonl"), "\n{}\n");
        var run = await Tool.RunAsync(Nowhere, "trace", "abc", _folder);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("line 2: no OTLP JSON", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no file or folder", "missing.jsonl")]
    [InlineData("no span of that task", "")]
    public async Task Given_nothing_to_read_then_the_tool_says_what_is_missing(string words, string file)
    {
        var run = await Tool.RunAsync(Nowhere, "trace", "abc", Path.Combine(_folder, file));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(words, run.Errors, StringComparison.Ordinal);
    }

    private static string Span(string trace, string name, int from, int to, string? tasks)
    {
        var attributes = tasks is null ? "" : Attribute("ecs.task", tasks);
        return $"{{\"traceId\":\"{trace}\",\"name\":\"{name}\",\"startTimeUnixNano\":\"{from}000000\","
            + $"\"endTimeUnixNano\":\"{to}000000\",\"attributes\":[{attributes}]}}";
    }

    private static string Attribute(string key, string text) =>
        $"{{\"key\":\"{key}\",\"value\":{{\"stringValue\":\"{text}\"}}}}";

    private void Write(string service, params string[] spans) => File.WriteAllText(
        Path.Combine(_folder, service + ".jsonl"),
        $"{{\"resourceSpans\":[{{\"resource\":{{\"attributes\":[{Attribute("service.name", service)}]}},"
        + $"\"scopeSpans\":[{{\"spans\":[{string.Join(',', spans)}]}}]}}]}}\n");
}

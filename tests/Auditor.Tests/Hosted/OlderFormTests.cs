using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Snapshots;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>
/// A log in a real database whose rows an older version might have written: one event had another name, another member
/// of one was named otherwise. Everything that reads it says what it says of the same log in today's form.
/// </summary>
[Collection(OlderForms.Name)]
public sealed class OlderFormTests(WrittenLog written) : PlayedHouse(written)
{
    private readonly WrittenLog _written = written;
    private Upcasters _known = null!;
    private AuditedHouse _today = null!;
    private string _task = "";
    private long _from;
    private long _to;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _known = Upcasters.Known;
        Upcasters.Known = new Upcasters(new Dictionary<string, Upcast>
        {
            ["task-assigned"] = older => ("task-placed", older),
            ["task-placed"] = older => Renamed(older, "instance", "containerInstanceArn") ? ("task-placed", older) : null,
            ["task-stopping"] = older => Renamed(older, "why", "reason") ? ("task-stopping", older) : null,
        });
        _today = await AuditedHouse.StartAsync(_written);
        House.Writer.Form = Older;
        Fleet.Instance(1, zone: "a");
        _task = Fleet.Run(new RunTask { TaskDefinition = "small" })[0];
        Fleet.Run(new RunTask { TaskDefinition = "large", Count = 3 });
        _from = await WriteAsync();
        Fleet.Now = Fleet.Now.AddMinutes(1);
        Fleet.When(new StopTask { Task = _task, Reason = "seen enough" });
        _to = await WriteAsync();
        foreach (var (command, events) in Fleet.Decided) await _today.Writer.WriteAsync(command, [.. events]);
    }

    protected override async ValueTask EndAsync()
    {
        Upcasters.Known = _known;
        await _today.DisposeAsync();
    }

    [Fact]
    public async Task Given_rows_of_an_older_form_when_asked_then_every_answer_is_that_of_todays_form()
    {
        var of = Uri.EscapeDataString(_task);
        foreach (var question in new[]
        {
            $"/history?of={of}", "/history?of=default", "/history?causedBy=command-2", $"/explain/{of}", "/explain/default",
            $"/state?at={_from}", $"/state?at={_to}", $"/diff?from={_from}&to={_to}", $"/diff?from=0&to={_to}",
            $"/simulate?from=0&to={_to}&strategy=binpack:memory",
        })
        {
            Assert.Equal(await AskedAsync(_today, question), await AskedAsync(House, question));
        }

        var (answer, _, error) = await AskAsync($"{_to}", new DescribeTasks { Tasks = [_task] });
        Assert.Equal("", error);
        Assert.Equal("seen enough", answer!.Result!.Value.GetProperty("tasks")[0].GetProperty("stoppedReason").GetString());
    }

    [Fact]
    public async Task Given_rows_of_an_older_form_when_followed_then_they_are_what_was_stored()
    {
        var placed = (await House.LinesAsync("/log?event=task-assigned"))[0];

        Assert.Equal(_task, placed.GetProperty("data").GetProperty("taskArn").GetString());
        Assert.True(placed.GetProperty("data").TryGetProperty("instance", out _));
        var stopping = Assert.Single(await House.LinesAsync("/log?event=task-stopping"));
        Assert.Equal("seen enough", stopping.GetProperty("data").GetProperty("why").GetString());
    }

    [Fact]
    public async Task Given_rows_of_an_older_form_when_proved_then_the_chain_holds_and_they_fold_to_todays_state()
    {
        await House.Writer.KeepAsync(Fleet.State);

        Assert.True((await House.LinesAsync("/verify"))[^1].GetProperty("report").GetProperty("whole").GetBoolean());
        var state = (await House.LinesAsync("/replay"))[^1].GetProperty("report").GetProperty("states").EnumerateArray()
            .Single(state => state.GetProperty("service").GetString() == Services.Scheduler);
        Assert.Equal(StateDigest.Of(Fleet.State), state.GetProperty("digest").GetString());
        Assert.Equal((1, 0), (state.GetProperty("compared").GetInt32(), state.GetProperty("differences").GetArrayLength()));

        // Those that an older version decided are read and folded, and not decided again.
        var decisions = (await House.LinesAsync("/replay/decisions"))[^1].GetProperty("report");
        Assert.Equal(0, decisions.GetProperty("different").GetInt64());
        Assert.Equal(_to, decisions.GetProperty("position").GetInt64());
        Assert.False(decisions.TryGetProperty("failure", out _));
    }

    [Fact]
    public async Task Given_rows_of_an_older_form_when_exported_and_imported_then_the_other_log_is_the_same_and_is_read_the_same()
    {
        var exported = await House.TextAsync("/export", "application/x-ndjson");
        Assert.Contains("task-assigned", exported, StringComparison.Ordinal);
        await using var other = await AuditedHouse.StartAsync(_written);

        using var file = new MemoryStream(Encoding.UTF8.GetBytes(exported));
        await LogImport.RunAsync(other.Connection, file, TestContext.Current.CancellationToken);

        Assert.Equal(exported, await other.TextAsync("/export", "application/x-ndjson"));
        Assert.True((await other.LinesAsync("/verify"))[^1].GetProperty("report").GetProperty("whole").GetBoolean());
        foreach (var question in new[] { "/history?of=default", $"/state?at={_to}", "/log", "/checkpoint" })
        {
            Assert.Equal(
                await House.TextAsync(question, "application/json"), await other.TextAsync(question, "application/json"));
        }
    }

    // Two logs are written at two times; and an event's name is told as it was stored.
    private static async Task<string> AskedAsync(AuditedHouse house, string question) => Regex.Replace(
        await house.TextAsync(question, "application/json"), "\"(time|logTime|fromTime|toTime|begins|ends)\":\"[^\"]*\"", "")
        .Replace("task-assigned", "task-placed", StringComparison.Ordinal);

    private static (string Name, JsonObject Data) Older(string name, JsonObject data)
    {
        Renamed(data, "containerInstanceArn", name is "task-placed" ? "instance" : "containerInstanceArn");
        if (name is "task-stopping") Renamed(data, "reason", "why");
        return (name is "task-placed" ? "task-assigned" : name, data);
    }

    private static bool Renamed(JsonObject data, string from, string to)
    {
        if (!data.Remove(from, out var value)) return false;

        data[to] = value;
        return true;
    }
}

/// <summary>They run alone: the upcasters are one table for the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OlderForms
{
    public const string Name = "older forms";
}

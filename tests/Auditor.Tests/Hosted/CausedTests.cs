using System.Net;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>All that one command caused, on a real log.</summary>
public sealed class CausedTests(WrittenLog written) : IAsyncLifetime
{
    private const string Other = "999999999999";

    private AuditedHouse _house = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await AuditedHouse.StartAsync(written);
        var writer = _house.Writer;
        await writer.WriteAsync(new CreateCluster(), ClusterCreated());
        await writer.WriteAsync(new RegisterContainerInstance { Actor = "agent" }, InstanceRegistered());
        await writer.WriteAsync(
            new RunTask { CommandId = "run-1", Actor = "alice", TaskDefinition = "web" },
            Placed(), Placed(Arn.Task(Scope.Default, "default", new string('1', 32)).ToString()));
        await writer.WriteAsync(new SubmitTaskStates { Actor = "agent" }, Running());
        await writer.WriteAsync(
            new StopTask { CommandId = "stop-1", CorrelationId = "run-1", Task = TaskId, Actor = "bob" }, Stopping());
        await writer.RefuseAsync(
            new StopTask { CommandId = "stop-2", CorrelationId = "run-1", Task = "ghost" },
            new CommandError("InvalidParameterException", "The referenced task was not found."));
        await writer.WriteAsync(new CreateCluster { CommandId = "run-1", Region = "eu-west-1" }, ClusterCreated("else"));
        await writer.WriteAsync(new CreateCluster { CommandId = "made", CorrelationId = "run-1", Account = Other });
        await writer.WriteAsync(new CreateCluster { CommandId = "token:0372cb4fe48e5a32b1b9" }, ClusterCreated("by-token"));
        await writer.WriteAsync(new CreateCluster { CommandId = "token:0372cb4fe48e5a99" });
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Given_a_command_when_asked_what_it_caused_then_it_its_events_and_those_of_its_correlation_are_told()
    {
        var caused = await _house.GetAsync("/history?causedBy=run-1");

        Assert.Equal(["task-placed", "task-placed", "task-stopping"], Events(caused));
        Assert.Equal(["run-1 ACCEPTED", "stop-1 ACCEPTED", "stop-2 REFUSED"], Commands(caused));
        var asked = caused.GetProperty("commands")[0];
        Assert.True(asked.GetProperty("isAsked").GetBoolean());
        Assert.Equal("alice", asked.GetProperty("actor").GetString());
        Assert.Equal("web", asked.GetProperty("body").GetProperty("taskDefinition").GetString());
        Assert.False(caused.GetProperty("hasMoreCommands").GetBoolean());
    }

    [Fact]
    public async Task Given_a_refused_command_when_asked_what_it_caused_then_the_error_is_told_and_what_it_belongs_to()
    {
        var caused = await _house.GetAsync("/history?causedBy=stop-2");

        Assert.Equal(["run-1 ACCEPTED", "stop-1 ACCEPTED", "stop-2 REFUSED"], Commands(caused));
        var asked = Assert.Single(caused.GetProperty("commands").EnumerateArray(), c => c.GetProperty("isAsked").GetBoolean());
        Assert.Equal("The referenced task was not found.", asked.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Given_a_limit_when_the_rest_is_asked_for_then_the_parts_make_the_whole()
    {
        var first = await _house.GetAsync("/history?causedBy=run-1&limit=2");
        var rest = await _house.GetAsync($"/history?causedBy=run-1&limit=2&after={first.GetProperty("nextAfter").GetInt64()}");

        Assert.Equal(["task-placed", "task-placed"], Events(first));
        Assert.Equal(["task-stopping"], Events(rest));
        Assert.False(rest.TryGetProperty("nextAfter", out _));
    }

    [Theory, InlineData("token:0372cb4fe48e5a32…"), InlineData("token:0372cb4fe48e5a32...")]
    public async Task Given_an_id_that_was_cut_when_asked_what_it_caused_then_it_is_the_one_that_begins_so(string cut)
    {
        var caused = await _house.GetAsync($"/history?causedBy={Uri.EscapeDataString(cut)}");

        Assert.Equal("token:0372cb4fe48e5a32b1b9", caused.GetProperty("of").GetString());
        Assert.Equal(["cluster-created"], Events(caused));
    }

    [Theory]
    [InlineData("/history?causedBy=token:0372cb4f…", HttpStatusCode.BadRequest, "may be token:0372cb4fe48e5a32b1b9, token:0372cb4fe48e5a99")]
    [InlineData("/history?causedBy=token:0372cb4f", HttpStatusCode.NotFound, "no command 'token:0372cb4f'")]
    [InlineData("/history?causedBy=token:…", HttpStatusCode.NotFound, "no command 'token:…'")]
    [InlineData("/history?causedBy=token:0372_b4f…", HttpStatusCode.NotFound, "no command")]
    [InlineData("/history?causedBy=ghost", HttpStatusCode.NotFound, "no command 'ghost'")]
    [InlineData("/history?causedBy=run-1&region=us-west-2", HttpStatusCode.NotFound, "us-west-2")]
    [InlineData("/history?causedBy=", HttpStatusCode.BadRequest, "causedBy")]
    [InlineData("/history?causedBy=run%00", HttpStatusCode.BadRequest, "causedBy")]
    [InlineData("/history?causedBy=run-1&of=default", HttpStatusCode.BadRequest, "of is not a parameter here")]
    [InlineData("/history?causedBy=run-1&limit=1001", HttpStatusCode.BadRequest, "limit")]
    public async Task Given_a_bad_question_when_asked_then_it_is_refused_and_named(string path, HttpStatusCode status, string words) =>
        Assert.Contains(words, (await _house.GetAsync(path, status)).GetProperty("message").GetString()!, StringComparison.Ordinal);

    [Fact]
    public async Task Given_limited_askers_when_they_ask_then_each_is_told_of_its_own_account_alone()
    {
        Assert.Equal(["made ACCEPTED"], Commands(await AskAsync("/history?causedBy=made", Other)));
        Assert.Equal(3, Commands(await AskAsync("/history?causedBy=run-1", Scope.DefaultAccount)).Length);
        foreach (var (path, account) in new[]
        {
            ("/history?causedBy=run-1", Other), ("/history?causedBy=made", Scope.DefaultAccount),
        })
        {
            Assert.Equal("ResourceNotFoundException", (await AskAsync(path, account)).GetProperty("__type").GetString());
        }
    }

    private static string?[] Events(JsonElement caused) =>
        [.. caused.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("event").GetString())];

    private static string[] Commands(JsonElement caused) =>
    [
        .. caused.GetProperty("commands").EnumerateArray().Select(
            command => $"{command.GetProperty("id").GetString()} {command.GetProperty("outcome").GetString()}"),
    ];

    private async Task<JsonElement> AskAsync(string path, string account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(AskerHeaders.Account, account);
        request.Headers.Add(AskerHeaders.Region, Scope.DefaultRegion);
        request.Headers.Add(AskerHeaders.Limited, "true");
        using var answer = await _house.SendAsync(request);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }
}

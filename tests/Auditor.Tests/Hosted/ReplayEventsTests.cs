using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using RabbitMQ.Client;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>Any range of the log, sent again to whoever asks for it on the bus.</summary>
[Collection(Broker.InTurn)]
public sealed class ReplayEventsTests(WrittenLog written, Broker broker) : IAsyncLifetime
{
    private readonly CancellationTokenSource _end = new();
    private AuditedHouse _house = null!;
    private Asker _asker = null!;

    public async ValueTask InitializeAsync()
    {
        var uri = await broker.UriAsync();
        await Topology.DeclareAsync(new BusOptions(uri, "auditor-tests"), CancellationToken.None);
        _house = await AuditedHouse.StartAsync(written, uri);
        _asker = await Asker.ConnectAsync(uri, "#");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _asker.DisposeAsync();
        await _house.StopAuditorAsync();
        await _house.DisposeAsync();
        _end.Dispose();
    }

    [Fact]
    public async Task Given_published_events_when_replayed_then_each_comes_again_exactly_as_it_was_published_and_in_order()
    {
        var relaying = _house.Writer.RelayAsync(PublishAsync, _end.Token);
        await _house.Writer.WriteAsync(
            new RunTask { CommandId = "the-command", CorrelationId = "the-thread", Actor = "alice" }, Placed());
        await _house.Writer.WriteAsync(
            new CreateCluster(), [.. Enumerable.Range(0, 1_000).Select(i => (IEvent)ClusterCreated($"c{i}"))]);
        var live = new List<Got>();
        while (live.Count < 1_001) live.Add(await _asker.NextAsync());

        var (again, answer) = await _asker.ReplayAsync("""{"from":1}""");

        Assert.Equal(live.Select(e => e.Seen), again.Select(e => e.Seen));
        Assert.Equal(Enumerable.Range(1, 1_001).Select(i => (long)i), again.Select(e => e.Position));
        Assert.Equal("""{"from":1,"to":1001,"events":1001,"end":1001}""", $"{answer.Json.GetProperty("result")}");
        Assert.Equal(1_001, answer.Json.GetProperty("position").GetInt64());
        await _end.CancelAsync();
        await relaying;
    }

    [Fact]
    public async Task Given_filters_when_replayed_then_each_lets_through_what_it_says()
    {
        var task = Arn.Parse(Happenings.Task);
        var elsewhere = Arn.Cluster(new Scope("123456789012", "eu-west-1"), "far");
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("default"), ClusterCreated("other"));
        await _house.Writer.WriteAsync(new RunTask(), Placed());
        await _house.Writer.WriteAsync(
            new CreateCluster(), new ClusterCreated(elsewhere.ToString(), "far", At), ClusterCreated("last"));

        await SendsAsync([1, 2, 3, 5], """{"from":1}""");
        await SendsAsync([2, 3], """{"from":2,"to":3}""");
        await SendsAsync([1, 2, 5], """{"from":1,"kind":"cluster"}""");
        await SendsAsync([3], """{"from":1,"event":"task-placed,task-stopped"}""");
        await SendsAsync([2], """{"from":1,"cluster":"other"}""");
        await SendsAsync([3], $$"""{"from":1,"task":"{{task.Name}}","kind":"task,cluster"}""");
        await SendsAsync([], """{"from":1,"family":"none"}""");
        await SendsAsync([], """{"from":1,"instance":"none"}""");
        await SendsAsync([4], """{"from":1,"account":"123456789012","region":"eu-west-1"}""");
        await SendsAsync([], """{"from":1,"region":"eu-west-1"}""");
        await SendsAsync([], """{"from":6}""");
    }

    [Fact]
    public async Task Given_what_cannot_be_replayed_when_asked_then_the_error_names_member_and_rule_and_nothing_is_sent()
    {
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("a"), ClusterCreated("b"));

        await RefusesAsync("{}", "from", "from must be given");
        await RefusesAsync("""{"from":4}""", "from", "1 to 3");
        await RefusesAsync("""{"from":2,"to":1}""", "to", "must not be below from, 2");
        await RefusesAsync("""{"from":1,"to":3}""", "to", "at most 2, where the log ends");
        await RefusesAsync("""{"from":1,"to":100001}""", "to", "100000 positions");
        await RefusesAsync("""{"from":1,"kind":"tsk"}""", "kind", "not 'tsk'");
        await RefusesAsync("""{"from":1,"event":"task-ran"}""", "event", "not 'task-ran'");
        await RefusesAsync("""{"from":1,"task":"a/b"}""", "task", "must be an id");
        await RefusesAsync("""{"from":1,"cluster":""}""", "cluster", "must not be empty");
        await RefusesAsync("""{"from":1,"account":"12"}""", "account", "must be 12 digits");
        await RefusesAsync("""{"from":1,"clutser":"a"}""", "clutser", "unknown member");
        await RefusesAsync("""{"from":1,"queue":""}""", "queue", "1 to 255 bytes");
        await RefusesAsync("""{"from":1,"queue":"scheduler"}""", "queue", "queue of the house");
        await RefusesAsync("""{"from":1,"queue":"amq.rabbitmq.reply-to"}""", "queue", "events need a queue");
        await RefusesAsync("""{"from":1,"deadline":"2026-01-01T00:00:00Z"}""", null, "the deadline");
        await RefusesAsync("""{"from":1,"queue":"no-such-queue"}""", null, "'no-such-queue': there is no such queue");
        await SendsAsync([1, 2], """{"from":1}""");
    }

    [Fact]
    public async Task Given_a_queue_that_is_named_when_replayed_then_the_events_go_there_and_the_answer_to_reply_to()
    {
        await _house.Writer.WriteAsync(
            new CreateCluster(), [.. Enumerable.Range(0, 600).Select(i => (IEvent)ClusterCreated($"c{i}"))]);
        var queue = (await _asker.Channel.QueueDeclareAsync()).QueueName;

        var (_, answer) = await _asker.ReplayAsync($$"""{"from":1,"queue":"{{queue}}"}""");
        Assert.Equal(600, answer.Json.GetProperty("result").GetProperty("events").GetInt64());
        Assert.Equal(600u, (await _asker.Channel.QueueDeclarePassiveAsync(queue)).MessageCount);

        var full = (await _asker.Channel.QueueDeclareAsync(arguments: new Dictionary<string, object?>
        {
            ["x-max-length"] = 10, ["x-overflow"] = "reject-publish",
        })).QueueName;
        (_, answer) = await _asker.ReplayAsync($$"""{"from":1,"queue":"{{full}}"}""");
        Assert.Equal(ErrorTypes.LimitExceeded, answer.Json.GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Given_nobody_to_tell_when_asked_then_it_is_set_aside_with_its_reason_and_a_gone_queue_ends_the_work()
    {
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("a"), ClusterCreated("b"));

        await _asker.AskAsync("""{"from":1}""", replyTo: "was-here-once");
        var unasked = await _asker.AskAsync("""{"from":1}""", replyTo: null);
        await SendsAsync([1, 2], """{"from":1}""");

        var letter = await LetterAsync();
        Assert.Equal(unasked, letter.BasicProperties.MessageId);
        Assert.Contains(
            "reply_to must be given",
            System.Text.Encoding.UTF8.GetString((byte[])letter.BasicProperties.Headers!["ecs-dead-reason"]!),
            StringComparison.Ordinal);
        // Neither waits there any longer, nor did the other one become a dead letter.
        Assert.Null(await _asker.Channel.BasicGetAsync(Contracts.Bus.Exchanges.DeadLetters, autoAck: true));
        Assert.Equal(0u, (await _asker.Channel.QueueDeclarePassiveAsync(Services.Auditor)).MessageCount);
    }

    private System.Threading.Tasks.Task PublishAsync(IReadOnlyList<RawEvent> events, CancellationToken ct) => _house.Publisher.PublishAsync(
        [.. events.Select(e => EventMessage.Of(e.WithoutData(), CanonicalJson.Bytes(e.Data)))], ct);

    private async Task<BasicGetResult> LetterAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var got = await _asker.Channel.BasicGetAsync(Contracts.Bus.Exchanges.DeadLetters, autoAck: true);
            if (got is not null) return got;
            await System.Threading.Tasks.Task.Delay(50, deadline.Token);
        }
    }

    private async Task SendsAsync(long[] positions, string asked)
    {
        var (events, answer) = await _asker.ReplayAsync(asked);
        Assert.False(answer.Json.TryGetProperty("error", out var error), $"{error}");
        Assert.Equal(positions, events.Select(e => e.Position));
        Assert.Equal(positions.Length, answer.Json.GetProperty("result").GetProperty("events").GetInt64());
    }

    private async Task RefusesAsync(string asked, string? field, string part)
    {
        var (events, answer) = await _asker.ReplayAsync(asked);
        Assert.Empty(events);
        var error = answer.Json.GetProperty("error");
        Assert.Contains(part, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(field, error.TryGetProperty("field", out var named) ? named.GetString() : null);
    }
}

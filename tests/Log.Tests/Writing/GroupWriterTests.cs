using System.Text.Json;
using Ecs.Contracts.Commands;

namespace Ecs.Log.Tests;

public sealed class GroupWriterTests(TestLog test, PostgresServer server) : IClassFixture<TestLog>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_commands_when_submitted_then_log_and_published_state_have_them_before_the_answer()
    {
        await using var writer = await RunAsync();
        var answer = await writer.SubmitAsync(Sample.Create("in-log", "in-log"));

        Assert.Equal("in-log", answer.CommandId);
        Assert.Equal(Sample.Cluster("in-log"), answer.Result!.Value.GetProperty("clusterArn").GetString());
        Assert.Equal((await test.Log.HeadAsync(Ct)).LastPosition, answer.Position);
        Assert.Equal(1, writer.Current.State.VersionOf(Sample.Cluster("in-log")));
        Assert.True(writer.Current.Position >= answer.Position);
        Assert.Contains(await test.AllAsync(), e => e.Causation == "in-log");
    }

    [Fact]
    public async Task Given_many_commands_at_once_when_decided_then_they_share_commits_and_each_has_its_answer()
    {
        await using var writer = await RunAsync();
        var before = await test.Log.HeadAsync(Ct);
        const int count = 600;
        var answers = await Task.WhenAll(
            Enumerable.Range(0, count).Select(i => writer.SubmitAsync(Sample.Run($"many-{i}"))));

        Assert.All(answers, a => Assert.Null(a.Error));
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"many-{i}"), answers.Select(a => a.CommandId));
        var commits = (await test.Log.HeadAsync(Ct)).Number - before.Number;
        Assert.InRange(commits, 1, count / 2);
        var events = await test.AllAsync();
        Assert.Equal(count, events.Count(e => e.Causation!.StartsWith("many-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Given_an_answered_command_when_it_comes_again_after_a_restart_then_the_answer_is_the_same()
    {
        Answer first;
        await using (var writer = await RunAsync()) first = await writer.SubmitAsync(Sample.Run("again", 2));
        await using (var writer = await RunAsync())
        {
            await writer.SubmitAsync(Sample.Create("between", "between"));
            var second = await writer.SubmitAsync(Sample.Run("again", 2));
            Assert.Equal(Text(first), Text(second));

            var conflict = await writer.SubmitAsync(Sample.Run("again", 3));
            Assert.Equal(ErrorTypes.Conflict, conflict.Error!.Type);
            Assert.Equal(
                [Sample.Task("default", "again-0"), Sample.Task("default", "again-1")], conflict.Error.ResourceIds!);
        }

        Assert.Equal(2, (await test.AllAsync()).Count(e => e.Causation == "again"));
    }

    [Fact]
    public async Task Given_a_commit_whose_reply_was_lost_when_decided_again_then_there_is_one_effect()
    {
        var faulty = new FaultyLog(test.Log);
        faulty.Faults.Enqueue(FaultyLog.Fault.LostAfterCommit);
        await using var writer = await RunAsync(faulty);

        var answers = await Task.WhenAll(
            writer.SubmitAsync(Sample.Run("lost-1")), writer.SubmitAsync(Sample.Run("lost-2")));
        Assert.All(answers, a => Assert.Null(a.Error));
        foreach (var id in new[] { "lost-1", "lost-2" })
        {
            var stored = Assert.Single(await test.AllAsync(), e => e.Causation == id);
            Assert.Equal(1, stored.Version);
            Assert.Equal(1, writer.Current.State.VersionOf(stored.Stream));
            Assert.True(answers.Single(a => a.CommandId == id).Position >= stored.Position);
        }

        Assert.True(faulty.Folds > 1);
    }

    [Fact]
    public async Task Given_a_commit_that_failed_when_it_is_tried_again_then_it_is_done_once()
    {
        var faulty = new FaultyLog(test.Log);
        faulty.Faults.Enqueue(FaultyLog.Fault.LostBeforeCommit);
        faulty.Faults.Enqueue(FaultyLog.Fault.LostBeforeCommit);
        faulty.Faults.Enqueue(FaultyLog.Fault.LostAfterCommit);
        await using var writer = await RunAsync(faulty);

        Assert.Null((await writer.SubmitAsync(Sample.Create("failed", "failed"))).Error);
        Assert.Single(await test.AllAsync(), e => e.Causation == "failed");
    }

    [Fact]
    public async Task Given_routine_reports_whose_commit_was_lost_when_decided_again_then_their_effect_is_not_doubled()
    {
        var faulty = new FaultyLog(test.Log);
        faulty.Faults.Enqueue(FaultyLog.Fault.LostAfterCommit);
        await using var writer = await RunAsync(faulty);
        await writer.SubmitAsync(Sample.Silent("tick", "routine-instance"));
        await writer.SubmitAsync(Sample.Silent("tick", "routine-instance"));
        Assert.Single(await test.AllAsync(), e => e.Causation == "tick");
    }

    [Fact]
    public async Task Given_a_group_with_a_throwing_command_when_decided_then_the_others_commit()
    {
        await using var writer = await RunAsync();
        var answers = await Task.WhenAll(
            writer.SubmitAsync(Sample.Create("good-1", "good-1")),
            writer.SubmitAsync(Sample.Create("bad", "boom")),
            writer.SubmitAsync(Sample.Create("good-2", "good-2")));
        Assert.Equal([null, ErrorTypes.Server, null], answers.Select(a => a.Error?.Type));
        Assert.Empty(await test.Log.FindCommandsAsync([Sample.Key("bad")], Ct));
        Assert.Equal(2, (await test.Log.FindCommandsAsync([Sample.Key("good-1"), Sample.Key("good-2")], Ct)).Count);
    }

    [Fact]
    public async Task Given_a_command_that_the_log_cannot_keep_when_in_a_group_then_it_leaves_and_the_others_commit()
    {
        await using var writer = await RunAsync(decider: new Careless());
        var answers = await Task.WhenAll(
            writer.SubmitAsync(Sample.Create("fine-1", "fine-1")),
            writer.SubmitAsync(Sample.Create("stuck", "nul")),
            writer.SubmitAsync(Sample.Create("fine-2", "fine-2")));
        Assert.Equal([null, ErrorTypes.Server, null], answers.Select(a => a.Error?.Type));
        Assert.Null((await writer.SubmitAsync(Sample.Create("fine-3", "fine-3"))).Error);
        Assert.DoesNotContain(await test.AllAsync(), e => e.Causation == "stuck");
    }

    [Fact]
    public async Task Given_a_deadline_that_passed_in_the_queue_when_decided_then_it_is_refused_for_good()
    {
        await using var writer = await RunAsync();
        var late = Sample.Create("late", "late") with { Deadline = DateTimeOffset.UtcNow.AddSeconds(-1) };
        var refused = await writer.SubmitAsync(late);
        var again = await writer.SubmitAsync(late with { Deadline = DateTimeOffset.UtcNow.AddMinutes(1) });
        Assert.Equal(ErrorTypes.Client, refused.Error!.Type);
        Assert.Equal(Text(refused), Text(again));
        Assert.DoesNotContain(await test.AllAsync(), e => e.Causation == "late");
    }

    [Fact]
    public async Task Given_a_lease_that_passed_on_when_a_group_commits_then_all_who_wait_learn_it_and_the_writer_ends()
    {
        await using var writer = await RunAsync();
        await test.TakeLeaseAsync(Services.Scheduler);
        await Assert.ThrowsAsync<NotLeadingException>(() => writer.SubmitAsync(Sample.Create("old", "old")));
        await Assert.ThrowsAsync<FencedException>(() => writer.Running);
        await Assert.ThrowsAsync<NotLeadingException>(() => writer.SubmitAsync(Sample.Create("older", "older")));
    }

    [Fact]
    public async Task Given_an_event_of_a_newer_version_when_folded_then_the_writer_refuses_to_lead()
    {
        await using var other = new TestLog(server);
        await other.InitializeAsync();
        var lease = await other.TakeLeaseAsync(Services.Scheduler);
        var unknown = Sample.Decided("new", (Sample.Created("new"), 1));
        await other.Log.CommitAsync(lease, [unknown], Ct);
        await other.TamperAsync("update ecs_log.mt_events set type = 'cluster-teleported'");

        var writer = new GroupWriter<SampleState>(other.Log, lease, new SampleDecider(), TimeProvider.System);
        var e = await Assert.ThrowsAsync<UnknownEventException>(() => writer.RunAsync(Ct));
        Assert.Equal(("cluster-teleported", 1L), (e.EventName, e.Position));
        await Assert.ThrowsAsync<NotLeadingException>(() => writer.Ready);
        Assert.Null(Assert.Single(await other.AllAsync()).Data);
    }

    private static string Text(Answer answer) => CommandText.Canonical(answer, typeof(Answer));

    private async Task<RunningWriter> RunAsync(IWriterLog? log = null, SampleDecider? decider = null)
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        var running = new RunningWriter(
            new GroupWriter<SampleState>(log ?? test.Log, lease, decider ?? new SampleDecider(), TimeProvider.System));
        await running.Ready;
        return running;
    }

    /// <summary>A decider with a bug: of one cluster it writes what PostgreSQL cannot keep.</summary>
    private sealed class Careless : SampleDecider
    {
        public override Model.Decision Decide(SampleState state, Model.Received command) =>
            command.Command is CreateCluster { ClusterName: "nul" }
                ? Model.Decision.Accept(
                    null, new Contracts.Events.ClusterCreated(Sample.Cluster("nul"), "\0", command.Now))
                : base.Decide(state, command);
    }

    private sealed class RunningWriter : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly GroupWriter<SampleState> _writer;

        public RunningWriter(GroupWriter<SampleState> writer)
        {
            _writer = writer;
            Running = writer.RunAsync(_stop.Token);
        }

        public Task Running { get; }

        public Task Ready => _writer.Ready;

        public Published<SampleState> Current => _writer.Current;

        public Task<Answer> SubmitAsync(Command command) => _writer.SubmitAsync(command, Ct);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            if (!Running.IsFaulted) await Running;
            _stop.Dispose();
        }
    }
}

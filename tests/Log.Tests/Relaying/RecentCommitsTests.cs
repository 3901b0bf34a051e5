using CsCheck;

namespace Ecs.Log.Tests;

public sealed class RecentCommitsTests
{
    private static readonly Lease Lease = new("scheduler", 1, "here");

    private static readonly Gen<(Happening What, int Events)[]> GenDays =
        Gen.Select(Gen.Enum<Happening>(), Gen.Int[0, 300]).Array[0, 40];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private enum Happening
    {
        /// <summary>The writer commits and hands it over.</summary>
        Commit,

        /// <summary>The writer's reply is lost: nobody hands it over, and the next is decided behind it.</summary>
        Lost,

        /// <summary>Another service commits.</summary>
        Foreign,

        /// <summary>The relay does a step.</summary>
        Step,
    }

    [Fact]
    public Task Given_any_commits_when_relayed_then_all_own_events_are_published_once_and_in_order() =>
        GenDays.SampleAsync(async days =>
        {
            var log = new Log();
            foreach (var (what, events) in days)
            {
                if (what is Happening.Step) await log.StepAsync();
                else log.Append(what, events);
            }

            while (await log.StepAsync())
            {
                // Until nothing is left.
            }

            Assert.Equal(log.Own.Select(e => (e.Position, e.Name)), log.Published.Select(e => (e.Position, e.Name)));
        });

    [Fact]
    public async Task Given_a_relay_at_the_end_when_commits_are_handed_over_then_it_reads_nothing()
    {
        var log = new Log();
        foreach (var events in (int[])[3, 0, 700, 1])
        {
            log.Append(Happening.Foreign, 2);
            log.Append(Happening.Commit, events);
        }

        while (log.Published.Count < 704) await log.StepAsync();
        Assert.Equal(0, log.Readings);
        Assert.Equal(log.Own.Select(e => e.Position), log.Published.Select(e => e.Position));
    }

    [Fact]
    public async Task Given_more_than_is_kept_when_relayed_then_the_rest_is_read_and_nothing_skipped()
    {
        var log = new Log();
        for (var i = 0; i < 30; i++) log.Append(Happening.Commit, LogLimits.Recent / 20);

        while (await log.StepAsync())
        {
            // Until nothing is left.
        }

        Assert.NotEqual(0, log.Readings);
        Assert.Equal(log.Own.Select(e => e.Position), log.Published.Select(e => e.Position));
    }

    [Fact]
    public void Given_an_event_that_was_handed_over_when_it_is_published_then_it_is_as_the_log_tells_it()
    {
        var chained = new ChainedEvent(
            7, Guid.NewGuid(), "stream", 3, "task-running", "cause", "tie", "actor", """{"a":1,"b":{"c":"é"}}""");
        var handed = chained.ToRaw(Sample.Now);
        var read = handed with { IsCanonical = false, Data = System.Text.Json.JsonElement.Parse("""{ "b": {"c": "é"}, "a": 1 }""") };
        Assert.Equal(read.CanonicalData(), handed.CanonicalData());
        Assert.Equal(handed.WithoutData(), read.WithoutData());
    }

    /// <summary>A log in memory with its writer and its relay.</summary>
    private sealed class Log : IRelayLog
    {
        private readonly List<RawEvent> _all = [];
        private readonly Relay _relay;
        private RelayPlace _place = new(0, 0);
        private long _decidedAt;
        private long _head;

        public Log() => _relay = new Relay(this, "scheduler", new LogFilter(), PublishAsync);

        public List<RawEvent> Published { get; } = [];

        public IEnumerable<RawEvent> Own => _all.Where(e => e.Name == "own");

        public int Readings { get; private set; }

        public void Append(Happening what, int events)
        {
            var name = what is Happening.Foreign ? "foreign" : "own";
            var chained = Enumerable.Range(0, events).Select(_ => new ChainedEvent(
                ++_head, Guid.Empty, "stream", 1, name, null, null, null, "{}")).ToArray();
            _all.AddRange(chained.Select(e => e.ToRaw(Sample.Now)));
            var commit = new Commit(1, Sample.Now, null, _head, LogHead.Genesis) { Events = chained };
            if (what is Happening.Commit) _relay.Take(new Written(_decidedAt, commit));
            if (what is not Happening.Foreign) _decidedAt = _head;
        }

        /// <summary>Whether the relay came further.</summary>
        public async Task<bool> StepAsync()
        {
            var before = _place;
            _place = (await _relay.StepAsync(Lease, _place, Ct)).Place;
            return _place.At > before.At;
        }

        public Task<RelayPlace> PlaceAsync(string name, CancellationToken ct) => Task.FromResult(_place);

        public Task<long> HeadAsync(CancellationToken ct) => Task.FromResult(_head);

        public Task<IReadOnlyList<RawEvent>> ReadAsync(
            long after, long upTo, LogFilter owned, int limit, CancellationToken ct)
        {
            Readings++;
            return Task.FromResult<IReadOnlyList<RawEvent>>(
                [.. Own.Where(e => e.Position > after && e.Position <= upTo).Take(limit)]);
        }

        public Task SaveAsync(Lease lease, string name, long position, CancellationToken ct) => Task.CompletedTask;

        private Task PublishAsync(IReadOnlyList<RawEvent> events, CancellationToken ct)
        {
            Published.AddRange(events);
            return Task.CompletedTask;
        }
    }
}

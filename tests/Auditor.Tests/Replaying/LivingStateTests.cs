using System.Text;
using System.Text.Json;
using Ecs.Auditor.Replaying;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Auditor.Tests.Replaying;

/// <summary>A service whose living state is not what its log folds to: the position and the first field are named.</summary>
public sealed class LivingStateTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly RuledLog _ruled = RuledLog.OfADay();

    // Nothing was kept: all that is known of the leaders is what they tell.
    private readonly EventLog _log = new("Host=nowhere");

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task Given_a_scheduler_whose_state_is_another_when_replayed_then_its_position_and_first_field_are_named()
    {
        var position = Stopping();
        using var scheduler = new ToldState<FleetState>(Fold<FleetState>(position, Doctored), position);

        var told = await ReplayAsync(scheduler, new GetFleetDigest());

        var difference = Assert.Single(told.Differences);
        Assert.Equal((position, true), (difference.Position, difference.IsLive));
        Assert.Equal(StateDigest.Of(scheduler.Now.State), difference.Leader);
        Assert.Equal(StateDigest.Of(Fold<FleetState>(position, e => e)), difference.Replayed);
        var field = told.FirstField!;
        Assert.StartsWith("arn:aws:ecs:us-east-1:000000000000:task/default/", field.Of, StringComparison.Ordinal);
        Assert.EndsWith("stoppedReason", field.Path, StringComparison.Ordinal);
        Assert.Equal(("\"not seen\"", "\"seen enough\""), (field.Leader, field.Replayed));
    }

    [Fact]
    public async Task Given_a_registry_whose_state_is_another_when_replayed_then_its_position_and_first_field_are_named()
    {
        var position = _ruled.Commits[^1].LastPosition;
        using var registry = new ToldState<Families>(Fold<Families>(position, Doctored), position);

        var told = await ReplayAsync(registry, new GetFamiliesDigest());

        Assert.Equal(position, Assert.Single(told.Differences).Position);
        var field = told.FirstField!;
        Assert.EndsWith(":task-definition/small", field.Of, StringComparison.Ordinal);
        Assert.EndsWith("registeredBy", field.Path, StringComparison.Ordinal);
        Assert.Equal(("\"nobody\"", "\"somebody\""), (field.Leader, field.Replayed));
    }

    [Fact]
    public async Task Given_the_same_state_when_replayed_then_no_more_than_its_digest_is_asked_for()
    {
        var position = _ruled.Commits[^1].LastPosition;
        using var scheduler = new ToldState<FleetState>(Fold<FleetState>(position, e => e), position);

        var told = await ReplayAsync(scheduler, new GetFleetDigest());

        Assert.Empty(told.Differences);
        Assert.Equal(1, told.Compared);
        Assert.IsType<GetFleetDigest>(Assert.Single(scheduler.Asked));
    }

    [Fact]
    public async Task Given_a_service_that_goes_on_when_asked_then_the_state_is_still_the_one_that_was_told()
    {
        var position = Stopping();
        using var scheduler = new ToldState<FleetState>(Fold<FleetState>(position, Doctored), position);
        var live = await new LiveStates(scheduler).AskAsync<FleetState>(new GetFleetDigest(), Cancel);
        scheduler.Now = new Published<FleetState>(_ruled.Fleet, _ruled.Commits[^1].LastPosition);

        var told = await ReplayAsync<FleetState>(scheduler, live);

        Assert.EndsWith("stoppedReason", told.FirstField!.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_state_that_is_no_longer_there_or_arrives_broken_when_asked_then_the_field_says_so()
    {
        var position = Stopping();
        using var scheduler = new ToldState<FleetState>(Fold<FleetState>(position, Doctored), position);
        var live = await new LiveStates(scheduler).AskAsync<FleetState>(new GetFleetDigest(), Cancel);

        async Task SaysAsync(string why)
        {
            var told = await ReplayAsync<FleetState>(scheduler, live);
            Assert.Equal(position, Assert.Single(told.Differences).Position);
            Assert.Equal((null, null), (told.FirstField!.Leader, told.FirstField.Replayed));
            Assert.Contains(why, told.FirstField.Path, StringComparison.Ordinal);
            Assert.Contains($"that the service has at position {position}", told.FirstField.Path, StringComparison.Ordinal);
        }

        scheduler.OnItsWay = _ => throw new TimeoutException();
        await SaysAsync("it did not answer within 10 s");
        scheduler.OnItsWay = answer => answer with { Result = JsonElement.Parse("""{"content":7}""") };
        await SaysAsync("its answer cannot be read");
        scheduler.OnItsWay = answer => Part(answer, part => part with { Content = [] });
        await SaysAsync("of which 0 were told");
        scheduler.OnItsWay = answer => Part(answer, part => part with { PackedSize = LogLimits.SnapshotSize + 1L });
        await SaysAsync($"it has {LogLimits.SnapshotSize + 1L} bytes");
        scheduler.OnItsWay = answer => Part(answer, part => part with { Size = part.Size + 1 });
        await SaysAsync("it has not the size that was written");
        scheduler.OnItsWay = answer => answer;
        scheduler.Now = new Published<FleetState>(_ruled.Fleet, position + 1);
        await scheduler.SendAsync(new GetFleetDigest(), default, Cancel);
        await SaysAsync("it refused: It is not of the state that was told last");
    }

    [Fact]
    public async Task Given_a_large_state_when_read_then_it_comes_whole_in_parts_of_no_more_than_a_mebibyte()
    {
        using var service = new ToldState<Noise>(new Noise(5 * StatePartResult.MostBytes / 2), 1);
        var live = await new LiveStates(service).AskAsync<Noise>(new GetFleetDigest(), Cancel);
        var sizes = new List<int>();
        service.OnItsWay = answer => Part(answer, part =>
        {
            sizes.Add(part.Content.Length);
            return part;
        });

        var content = await new LiveStates(service).ReadAsync(live.Mark!, Cancel);

        Assert.Equal(live.Mark!.Digest, StateDigest.Of(content));
        Assert.Equal(3, sizes.Count);
        Assert.All(sizes, size => Assert.InRange(size, 1, StatePartResult.MostBytes));
    }

    [Theory]
    [InlineData(null, 0, ErrorTypes.InvalidParameter, "digest"), InlineData("of another", 0, ErrorTypes.ResourceNotFound, "digest")]
    [InlineData("", -1, ErrorTypes.InvalidParameter, "part"), InlineData("", 1, ErrorTypes.InvalidParameter, "part")]
    [InlineData("", int.MaxValue, ErrorTypes.InvalidParameter, "part")]
    public async Task Given_a_part_that_is_not_there_when_asked_for_then_it_is_refused(
        string? digest, int part, string type, string field)
    {
        using var service = new ToldState<Noise>(new Noise(1), 1);
        var told = await service.SendAsync(new GetFleetDigest(), default, Cancel);
        var known = told.Result!.Value.GetProperty("digest").GetString();

        var answer = await service.SendAsync(
            new GetFleetState { CommandId = "asked", Digest = digest is "" ? known : digest, Part = part }, default, Cancel);

        Assert.Equal((type, field, "asked"), (answer.Error!.Type, answer.Error.Field, answer.CommandId));
        Assert.Null(answer.Result);
    }

    private static Answer Part(Answer answer, Func<StatePartResult, StatePartResult> change) => answer with
    {
        Result = JsonSerializer.SerializeToElement(
            change(answer.Result!.Value.Deserialize<StatePartResult>(EcsJson.Options)!), EcsJson.Options),
    };

    private static IEvent Doctored(IEvent e) => e switch
    {
        TaskStopping { Reason: "seen enough" } stopping => stopping with { Reason = "not seen" },
        TaskDefinitionRegistered { Family: "small" } registered => registered with { RegisteredBy = "nobody" },
        _ => e,
    };

    /// <summary>Where a task was told to stop, and has not ended yet.</summary>
    private long Stopping() =>
        _ruled.Decisions.Single(decision => decision.Command.Name is "stop-task").Positions[^1];

    private TState Fold<TState>(long upTo, Func<IEvent, IEvent> change)
        where TState : ISnapshot<TState> => Events<TState>().TakeWhile(e => e.Position <= upTo)
        .Aggregate(TState.Empty, (state, e) => state.Apply(change(e.Data)));

    private IEnumerable<(long Position, IEvent Data)> Events<TState>() => _ruled.Decisions
        .Where(decision => decision.Command.Key.Service == ServiceOf<TState>())
        .SelectMany(decision => decision.Positions.Zip(decision.Command.Events.Select(e => e.Event)));

    private static string ServiceOf<TState>() =>
        typeof(TState) == typeof(Families) ? Services.Registry : Services.Scheduler;

    private async Task<ReplayedDigest> ReplayAsync<TState>(ToldState<TState> service, Command query)
        where TState : ISnapshot<TState> =>
        await ReplayAsync<TState>(service, await new LiveStates(service).AskAsync<TState>(query, Cancel));

    private async Task<ReplayedDigest> ReplayAsync<TState>(ToldState<TState> service, LiveState live)
        where TState : ISnapshot<TState>
    {
        var replayed = new ReplayedState<TState>(ServiceOf<TState>(), [], live);
        foreach (var (position, data) in Events<TState>()) replayed.Apply(position, data);
        return await replayed.ResultAsync(_log, new LiveStates(service), _ruled.Commits[^1].LastPosition, Cancel);
    }

    /// <summary>A state of so many bytes, of which no two are alike: nothing makes them fewer.</summary>
    private sealed record Noise(int Bytes) : ISnapshot<Noise>
    {
        public static string Format => "noise-1";

        public static Noise Empty => new(0);

        public Noise Apply(IEvent e) => this;

        public long VersionOf(string stream) => 0;

        public void Write(Stream content)
        {
            var bytes = new byte[Bytes];
            new Random(7).NextBytes(bytes);
            content.Write(bytes);
        }

        public static Noise Read(ReadOnlyMemory<byte> content) => new(content.Length);
    }
}

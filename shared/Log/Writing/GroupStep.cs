using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Model;

namespace Ecs.Log;

/// <summary>The answer to one command of a group.</summary>
/// <param name="Answer">The answer; without a position it stands for that of the group's commit.</param>
/// <param name="Fault">What the decider threw, for the service's own log; null where nothing broke.</param>
public sealed record GroupAnswer(Answer Answer, Exception? Fault = null);

/// <summary>What became of a group.</summary>
/// <param name="Decided">What is to be written, in order; none where there is nothing to write.</param>
/// <param name="Answers">One for each command of the group, to be given when the decisions are written.</param>
/// <param name="State">The state once they are.</param>
public sealed record GroupOutcome<TState>(
    IReadOnlyList<DecidedCommand> Decided, IReadOnlyList<GroupAnswer> Answers, TState State);

/// <summary>
/// Decides the commands of a group one after another, each on the state that those before it left. Pure: repeats, times
/// and whatever was looked up come in.
/// </summary>
public static class GroupStep
{
    /// <summary>Decides a group.</summary>
    /// <param name="decider">The service's core; only its pure side is used.</param>
    /// <param name="state">The fold of the log up to its end.</param>
    /// <param name="group">The commands, in their order.</param>
    /// <param name="known">Those of them that the log knows already.</param>
    /// <param name="now">The time that the deciders are told; cut to whole microseconds.</param>
    public static GroupOutcome<TState> Decide<TState>(
        IDecider<TState> decider,
        TState state,
        IReadOnlyList<Arrived> group,
        IReadOnlyDictionary<CommandKey, RecordedCommand> known,
        DateTimeOffset now)
        where TState : IState<TState>
    {
        var step = new Step<TState>(decider, known, WholeMicroseconds(now), state);
        var answers = group.Select(step.Answer).ToArray();
        return new GroupOutcome<TState>(step.Decided, answers, step.State);
    }

    /// <summary>A time as PostgreSQL can keep it, so that what is decided again later is told the same time.</summary>
    internal static DateTimeOffset WholeMicroseconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private sealed class Step<TState>(
        IDecider<TState> decider,
        IReadOnlyDictionary<CommandKey, RecordedCommand> known,
        DateTimeOffset now,
        TState state)
        where TState : IState<TState>
    {
        private readonly Dictionary<CommandKey, DecidedCommand> _inGroup = [];
        private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
        private readonly List<DecidedCommand> _decided = [];

        public TState State { get; private set; } = state;

        public IReadOnlyList<DecidedCommand> Decided => _decided;

        public GroupAnswer Answer(Arrived arrived)
        {
            if (arrived.Refusal is { } refusal) return Refused(arrived, refusal);

            var repeat = arrived.IsRoutine ? null : Repeat(arrived);
            if (repeat is not null) return new GroupAnswer(repeat);

            if (arrived.Command.Deadline is not { } deadline || deadline >= now) return Decide(arrived);

            var late = Repeats.Refuse(arrived.Command, Repeats.DeadlinePassed(deadline));
            return Take(arrived.AsSending(), late, State, []);
        }

        private Answer? Repeat(Arrived arrived)
        {
            return Repeat(arrived, arrived.Key) ?? Repeat(arrived, arrived.SendingKey);
        }

        private Answer? Repeat(Arrived arrived, CommandKey key)
        {
            if (known.TryGetValue(key, out var recorded)) return Repeats.Of(arrived, recorded, now);
            return _inGroup.TryGetValue(key, out var first) ? Repeats.Of(arrived, first) : null;
        }

        private GroupAnswer Decide(Arrived arrived)
        {
            try
            {
                var decision = decider.Decide(State, new Received(arrived.Command, now, arrived.Resolved));
                var after = State;
                var events = new List<DecidedEvent>(decision.Events.Count);
                foreach (var e in decision.Events)
                {
                    events.Add(Expect(e, after, events));
                    after = after.Apply(e);
                }

                return Take(arrived, CommandText.AnswerOf(arrived.Command, decision), after, events);
            }
            catch (Exception fault)
            {
                // Whatever a decider throws is a bug of one command; the others of the group must not pay for it.
                return new GroupAnswer(Repeats.Refuse(arrived.Command, Repeats.Broken), fault);
            }
        }

        /// <summary>
        /// The event at the version behind the last one of its stream, in this command, group or state.
        /// </summary>
        private DecidedEvent Expect(IEvent e, TState after, List<DecidedEvent> own)
        {
            if (!decider.Kinds.Contains(Arn.Parse(e.Stream).Kind))
            {
                throw new InvalidOperationException($"'{decider.Service}' does not own the stream {e.Stream}");
            }

            var last = own.FindLast(earlier => earlier.Stream == e.Stream)?.Version
                ?? (_versions.TryGetValue(e.Stream, out var version) ? version : after.VersionOf(e.Stream));
            return new DecidedEvent(e, e.Stream, last + 1, EventTypes.NameOf(e), CommandText.Canonical(e, e.GetType()));
        }

        private GroupAnswer Take(Arrived arrived, Answer answer, TState after, List<DecidedEvent> events)
        {
            var command = CommandText.Decided(arrived, decider.Version, now, events, answer);
            foreach (var e in events) _versions[e.Stream] = e.Version;
            State = after;
            if (!arrived.IsRoutine || events.Count > 0) _decided.Add(command);
            if (!arrived.IsRoutine) _inGroup.Add(arrived.Key, command);
            return new GroupAnswer(answer);
        }

        private static GroupAnswer Refused(Arrived arrived, CommandError error) =>
            new(Repeats.Refuse(arrived.Command, error));
    }
}

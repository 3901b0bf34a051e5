using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules;
using Ecs.Rules.Placement;

namespace Ecs.Auditor.Replaying;

/// <summary>
/// Feeds the recorded commands of both services through today's rules, one by one. Whatever comes out, the recorded
/// events are what is folded, so that one difference leads to no others. A command that other rules decided is folded
/// and counted, and not compared.
/// </summary>
/// <param name="fleet">The Scheduler's state in front of the first command.</param>
/// <param name="families">The Registry's.</param>
internal sealed class DecisionReplay(FleetState fleet, Families families)
{
    /// <summary>Differences that are told, the first; all are counted.</summary>
    public const int MaxDifferences = 100;

    /// <summary>Fields of one difference that are told, the first.</summary>
    public const int MaxFields = 20;

    private readonly Dictionary<string, TaskDefinitionContent> _contents = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Service, string Version), DecidedBy> _versions = [];
    private readonly List<DecisionDifference> _differences = [];

    private RecordedRules<Families>? _registry;
    private RecordedRules<FleetState>? _scheduler;

    /// <summary>The Scheduler's rules; those of today, unless others are said to be of its version.</summary>
    public Func<FleetState, Received, Func<string, TaskDefinitionContent>, IPlacer, Decision> SchedulerRules
    {
        get;
        init;
    } = SchedulerDecider.Decide;

    /// <summary>The Registry's, likewise.</summary>
    public Func<Families, Received, Decision> RegistryRules { get; init; } = RegistryDecider.Decide;

    /// <summary>The Scheduler's state behind the last command.</summary>
    public FleetState Fleet { get; private set; } = fleet;

    /// <summary>The Registry's.</summary>
    public Families Families { get; private set; } = families;

    /// <summary>Commands that were decided again.</summary>
    public long Compared { get; private set; }

    /// <summary>The events that those led to.</summary>
    public long Events { get; private set; }

    /// <summary>Commands that are decided otherwise today.</summary>
    public long Different { get; private set; }

    /// <summary>The first of those.</summary>
    public IReadOnlyList<DecisionDifference> Differences => _differences;

    /// <summary>Which rules decided how much, by service and first command.</summary>
    public IReadOnlyList<DecidedBy> Versions =>
        [.. _versions.Values.OrderBy(by => by.Service, StringComparer.Ordinal).ThenBy(by => by.FirstCommit)];

    /// <summary>Takes in what a definition of before the first command says: tasks may be run of it.</summary>
    public void Know(TaskDefinitionRegistered registered) => _contents[registered.Digest] = registered.Content;

    /// <summary>Decides the commands of the next commit again.</summary>
    /// <exception cref="InvalidDataException">
    /// A command is of a service that decides nothing, or an event contradicts what came before it.
    /// </exception>
    public void Add(RecordedCommit commit)
    {
        var position = commit.Before;
        foreach (var (ordinal, decision) in commit.Decisions.Index())
        {
            var place = new DecisionPlace(commit.Number, ordinal, position, decision);
            switch (decision.Command.Key.Service)
            {
                case Services.Scheduler:
                    Fleet = Again(_scheduler ??= Scheduler(), Fleet, place);
                    break;
                case Services.Registry:
                    Families = Again(_registry ??= Registry(), Families, place);
                    foreach (var e in decision.Command.Events)
                    {
                        if (e.Event is TaskDefinitionRegistered registered) Know(registered);
                    }

                    break;
                case var other:
                    throw new InvalidDataException(
                        $"commit {commit.Number}, behind position {position}, has a command of '{other}'");
            }

            if (decision.Positions.Count > 0) position = decision.Positions[^1];
        }
    }

    private RecordedRules<Families> Registry() =>
        new(Services.Registry, RegistryDecider.Version, OwnedKinds.Registry, RegistryRules);

    private RecordedRules<FleetState> Scheduler()
    {
        var placer = new IndexPlacer();
        return new RecordedRules<FleetState>(
            Services.Scheduler,
            SchedulerDecider.Version,
            OwnedKinds.Scheduler,
            (state, received) => SchedulerRules(state, received, Content, placer));
    }

    private TaskDefinitionContent Content(string digest) => _contents.TryGetValue(digest, out var content)
        ? content
        : throw new InvalidOperationException($"the log has no task definition with the digest {digest} before it");

    private TState Again<TState>(RecordedRules<TState> decider, TState state, DecisionPlace place)
        where TState : IState<TState>
    {
        var command = place.Decision.Command;
        var key = (decider.Service, command.DeciderVersion);
        var isSame = command.DeciderVersion == decider.Version;
        var by = _versions.GetValueOrDefault(key)
            ?? new DecidedBy(decider.Service, command.DeciderVersion, isSame, 0, place.Commit, place.Commit);
        _versions[key] = by with { Commands = by.Commands + 1, LastCommit = place.Commit };
        if (isSame)
        {
            Compared++;
            Events += command.Events.Count;
            if (DecidedAgain.Compare(decider, state, command) is { Count: > 0 } fields) Tell(place, fields);
        }

        return command.Events.Zip(place.Decision.Positions)
            .Aggregate(state, (folded, e) => folded.After(e.Second, e.First.Event));
    }

    private void Tell(DecisionPlace place, IReadOnlyList<DecisionField> fields)
    {
        Different++;
        if (_differences.Count == MaxDifferences) return;

        var command = place.Decision.Command;
        _differences.Add(new DecisionDifference(
            place.Of(fields[0]),
            place.Commit,
            place.Ordinal,
            command.Key.Service,
            command.Name,
            command.Key.CommandId,
            fields.Count,
            [.. fields.Take(MaxFields)]));
    }

    /// <summary>Where a command stands.</summary>
    private sealed record DecisionPlace(long Commit, int Ordinal, long Before, RecordedDecision Decision)
    {
        /// <summary>The event that differs; else the command's last, or where the log ended before it.</summary>
        public long Of(DecisionField field) =>
            field.Event is { } index && index < Decision.Positions.Count ? Decision.Positions[index]
            : Decision.Positions.Count > 0 ? Decision.Positions[^1]
            : Before;
    }
}

/// <summary>Which rules decided commands.</summary>
/// <param name="Service">The service.</param>
/// <param name="Version">The version of its rules.</param>
/// <param name="IsCompared">Whether they are today's, so that the commands were decided again.</param>
/// <param name="Commands">How many.</param>
/// <param name="FirstCommit">The commit of the first.</param>
/// <param name="LastCommit">The commit of the last.</param>
internal sealed record DecidedBy(
    string Service, string Version, bool IsCompared, long Commands, long FirstCommit, long LastCommit);

/// <summary>A command that is decided otherwise today.</summary>
/// <param name="Position">
/// The first event that differs; of a command without one its last event, or the end of the log before it.
/// </param>
/// <param name="Commit">The commit.</param>
/// <param name="Ordinal">The command's place in it, from 0.</param>
/// <param name="Service">Who decided it.</param>
/// <param name="Name">The command's name.</param>
/// <param name="CommandId">Its id.</param>
/// <param name="FieldCount">How many fields differ.</param>
/// <param name="Fields">The first of them.</param>
internal sealed record DecisionDifference(
    long Position,
    long Commit,
    int Ordinal,
    string Service,
    string Name,
    string CommandId,
    int FieldCount,
    IReadOnlyList<DecisionField> Fields);

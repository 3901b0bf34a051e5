using System.Collections.Concurrent;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules.Definitions;
using Ecs.Rules.Tasks;

namespace Ecs.Scheduler.Definitions;

/// <summary>
/// What the Scheduler knows of definitions, read from the Registry's streams in the log. Before each group it reads
/// what is new in the families that the group names, so a registration that was answered can be run at once, and a
/// Registry that is down does not matter.
/// </summary>
internal sealed class DefinitionBook(
    Func<IReadOnlyDictionary<string, long>, CancellationToken, Task<IReadOnlyList<StoredEvent>>> readTails)
{
    /// <summary>
    /// Families kept between groups; beyond it the book starts empty again, which costs reading and nothing else.
    /// </summary>
    public const int MaxFamilies = 10_000;

    private readonly ConcurrentDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskDefinitionContent> _contents = new(StringComparer.Ordinal);

    /// <summary>The book over the log.</summary>
    public DefinitionBook(EventLog log)
        : this(log.ReadStreamsAsync)
    {
    }

    /// <summary>Resolves the definitions that a group's commands name, all as of now, with one query.</summary>
    /// <returns>One entry for each command; null for those that name none.</returns>
    public async ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
        IReadOnlyList<Command> group, CancellationToken token)
    {
        if (!group.Any(command => command is IRunsDefinition)) return new JsonElement?[group.Count];

        if (_families.Count > MaxFamilies) Clear();

        var named = group.Select(command => command is IRunsDefinition run ? Named(command, run) : default).ToList();
        await RefreshAsync(named.Where(n => n.Reference is not null).Select(n => n.Reference!.Stream), token);
        return
        [
            .. named.Select((n, i) =>
                group[i] is IRunsDefinition run ? Json(Resolve(run, n.Reference, n.Error)) : (JsonElement?)null),
        ];
    }

    /// <summary>Forgets all; what is needed is read again.</summary>
    public void Clear()
    {
        _families.Clear();
        _contents.Clear();
    }

    /// <summary>The content behind a digest that was resolved.</summary>
    public TaskDefinitionContent ContentOf(string digest) => _contents[digest];

    /// <summary>The revision of an ARN that the log holds; its content never changes.</summary>
    /// <exception cref="InvalidOperationException">The log has no such revision: a task cannot have been placed of
    /// it.</exception>
    public async Task<Revision> RevisionAsync(string arn, CancellationToken token)
    {
        if (!TaskDefinitionReference.TryParse(arn, Arn.Parse(arn).Scope, out var reference, out _))
        {
            throw new InvalidOperationException($"{arn} names no revision");
        }

        if (Find(reference) is { } known) return known;

        await RefreshAsync([reference.Stream], token);
        return Find(reference) ?? throw new InvalidOperationException($"the log has no revision {arn}");
    }

    private static (TaskDefinitionReference? Reference, CommandError? Error) Named(
        Command command, IRunsDefinition run) =>
        TaskDefinitionReference.TryParse(
            run.TaskDefinition, new Scope(command.Account, command.Region), out var reference, out var error)
            ? (reference, null)
            : (null, error);

    private ResolvedDefinition Resolve(
        IRunsDefinition command, TaskDefinitionReference? reference, CommandError? error)
    {
        if (reference is null) return new ResolvedDefinition { Error = error };

        if (Find(reference) is not { } revision)
        {
            return Refused("Unable to describe task definition.");
        }

        if (revision.Status is not TaskDefinitionStatus.Active) return Refused("TaskDefinition is inactive");

        _contents[revision.Digest] = revision.Content;
        return new ResolvedDefinition
        {
            Arn = revision.Arn,
            Digest = revision.Digest,
            Tags = command.PropagateTags is RunTaskRules.FromDefinition ? revision.Tags : null,
        };
    }

    private static ResolvedDefinition Refused(string message) =>
        new() { Error = new CommandError(ErrorTypes.Client, message) { Field = "taskDefinition" } };

    private Revision? Find(TaskDefinitionReference reference) =>
        _families.GetValueOrDefault(reference.Stream)?.Find(reference);

    private async Task RefreshAsync(IEnumerable<string> streams, CancellationToken token)
    {
        var known = streams.Distinct(StringComparer.Ordinal).ToDictionary(
            stream => stream, stream => _families.GetValueOrDefault(stream)?.Version ?? 0, StringComparer.Ordinal);
        if (known.Count == 0) return;

        foreach (var tail in (await readTails(known, token)).GroupBy(stored => stored.Stream))
        {
            // Relay and queries read here too: whoever comes second finds its part of the tail already there.
            _families.AddOrUpdate(tail.Key, _ => Fold(Family.Empty, tail), (_, family) => Fold(family, tail));
        }
    }

    private static Family Fold(Family family, IEnumerable<StoredEvent> tail)
    {
        foreach (var stored in tail.Where(stored => stored.Version > family.Version))
        {
            family = family.Apply(
                stored.Data ?? throw new UnknownEventException(stored.Name, stored.Position));
        }

        return family;
    }

    private static JsonElement Json(ResolvedDefinition resolved) =>
        JsonSerializer.SerializeToElement(resolved, EcsJson.Options);
}

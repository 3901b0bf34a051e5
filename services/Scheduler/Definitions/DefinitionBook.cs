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

    /// <summary>Replaced as a whole: who reads while it is forgotten reads of the one or of the other.</summary>
    private volatile Known _known = new();

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

        if (_known.Families.Count > MaxFamilies) Clear();

        var known = _known;
        var named = group.Select(command => command is IRunsDefinition run ? Named(command, run) : default).ToList();
        await RefreshAsync(known, named.Where(n => n.Reference is not null).Select(n => n.Reference!.Stream), token);
        return
        [
            .. named.Select((n, i) =>
                group[i] is IRunsDefinition run ? Json(Resolve(known, run, n.Reference, n.Error)) : (JsonElement?)null),
        ];
    }

    /// <summary>Forgets all; what is needed is read again.</summary>
    public void Clear() => _known = new Known();

    /// <summary>The content behind a digest that was resolved.</summary>
    public TaskDefinitionContent ContentOf(string digest) => _known.Contents[digest];

    /// <summary>The revision of an ARN that the log holds; its content never changes.</summary>
    /// <exception cref="InvalidOperationException">The log has no such revision: a task cannot have been placed of
    /// it.</exception>
    public async Task<Revision> RevisionAsync(string arn, CancellationToken token)
    {
        if (!TaskDefinitionReference.TryParse(arn, Arn.Parse(arn).Scope, out var reference, out _))
        {
            throw new InvalidOperationException($"{arn} names no revision");
        }

        var known = _known;
        if (known.Find(reference) is { } revision) return revision;

        await RefreshAsync(known, [reference.Stream], token);
        return known.Find(reference) ?? throw new InvalidOperationException($"the log has no revision {arn}");
    }

    private static (TaskDefinitionReference? Reference, CommandError? Error) Named(
        Command command, IRunsDefinition run) =>
        TaskDefinitionReference.TryParse(
            run.TaskDefinition, new Scope(command.Account, command.Region), out var reference, out var error)
            ? (reference, null)
            : (null, error);

    private static ResolvedDefinition Resolve(
        Known known, IRunsDefinition command, TaskDefinitionReference? reference, CommandError? error)
    {
        if (reference is null) return new ResolvedDefinition { Error = error };

        if (known.Find(reference) is not { } revision)
        {
            return Refused("Unable to describe task definition.");
        }

        if (revision.Status is not TaskDefinitionStatus.Active) return Refused("TaskDefinition is inactive");

        known.Contents[revision.Digest] = revision.Content;
        return new ResolvedDefinition
        {
            Arn = revision.Arn,
            Digest = revision.Digest,
            Tags = command.PropagateTags is RunTaskRules.FromDefinition ? revision.Tags : null,
        };
    }

    private static ResolvedDefinition Refused(string message) =>
        new() { Error = new CommandError(ErrorTypes.Client, message) { Field = "taskDefinition" } };

    private async Task RefreshAsync(Known known, IEnumerable<string> streams, CancellationToken token)
    {
        var families = known.Families;
        var versions = streams.Distinct(StringComparer.Ordinal).ToDictionary(
            stream => stream, stream => families.GetValueOrDefault(stream)?.Version ?? 0, StringComparer.Ordinal);
        if (versions.Count == 0) return;

        foreach (var tail in (await readTails(versions, token)).GroupBy(stored => stored.Stream))
        {
            // Relay and queries read here too: whoever comes second finds its part of the tail already there.
            families.AddOrUpdate(tail.Key, _ => Fold(Family.Empty, tail), (_, family) => Fold(family, tail));
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

    private sealed class Known
    {
        public ConcurrentDictionary<string, Family> Families { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, TaskDefinitionContent> Contents { get; } = new(StringComparer.Ordinal);

        public Revision? Find(TaskDefinitionReference reference) =>
            Families.GetValueOrDefault(reference.Stream)?.Find(reference);
    }
}

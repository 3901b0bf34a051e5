using System.Collections.Immutable;
using System.Globalization;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Tagging;

namespace Ecs.Model.TaskDefinitions;

/// <summary>A family of task definitions, folded from its one stream. Immutable.</summary>
public sealed class Family
{
    private readonly ImmutableList<Revision> revisions;
    private readonly ImmutableDictionary<string, int> numbersByLabel;

    private Family(
        string name, ImmutableList<Revision> revisions, ImmutableDictionary<string, int> numbersByLabel, long version)
    {
        (Name, this.revisions, this.numbersByLabel, Version) = (name, revisions, numbersByLabel, version);
    }

    /// <summary>The family before its first registration.</summary>
    public static Family Empty { get; } =
        new("", [], ImmutableDictionary.Create<string, int>(StringComparer.Ordinal), 0);

    /// <summary>The family's name; empty before the first registration.</summary>
    public string Name { get; }

    /// <summary>All revisions ever registered, by number: the first is revision 1.</summary>
    public IReadOnlyList<Revision> Revisions => revisions;

    /// <summary>How many events of the stream were applied, which is the stream's version.</summary>
    public long Version { get; }

    /// <summary>The revision that the bare family means: the newest ACTIVE one; null where none is.</summary>
    public Revision? NewestActive => revisions.FindLast(r => r.Status is TaskDefinitionStatus.Active);

    /// <summary>The number that the next registration gets.</summary>
    public int NextNumber => revisions.Count + 1;

    /// <summary>
    /// The revision that a reference means, ACTIVE or not; of a bare family the newest ACTIVE one. Null where there is
    /// none. That the reference is of this family is the caller's business.
    /// </summary>
    public Revision? Find(TaskDefinitionReference reference) => reference switch
    {
        { Revision: { } number } => Find(number),
        { Label: { } label } => numbersByLabel.TryGetValue(label, out var number) ? Find(number) : null,
        _ => NewestActive,
    };

    /// <summary>The revision of that number; null where there is none.</summary>
    public Revision? Find(int number) => number >= 1 && number <= revisions.Count ? revisions[number - 1] : null;

    /// <summary>The revision that bears the label, ACTIVE or not; null where none does.</summary>
    public Revision? FindByLabel(string label) =>
        numbersByLabel.TryGetValue(label, out var number) ? Find(number) : null;

    /// <summary>The family after one more event of its stream.</summary>
    /// <exception cref="InvalidOperationException">The event does not follow: the fold missed one.</exception>
    public Family Apply(IEvent e) => e switch
    {
        TaskDefinitionRegistered registered => Register(registered),
        TaskDefinitionDeregistered deregistered => Deregister(deregistered),
        TaskDefinitionDeletionRequested requested => GiveUp(requested),
        ResourceTagsChanged changed => Tag(changed),
        _ => this,
    };

    /// <summary>A family that was kept. Its labels are those of its revisions.</summary>
    /// <exception cref="InvalidDataException">The revisions are not numbered from 1, or share a label.</exception>
    internal static Family Restore(string name, IReadOnlyList<Revision> revisions, long version)
    {
        var labels = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < revisions.Count; i++)
        {
            var revision = revisions[i];
            if (revision.Number != i + 1) throw new InvalidDataException($"{revision.Arn} is not at its place");

            if (revision.VersionLabel is { } label && !labels.TryAdd(label, revision.Number))
            {
                throw new InvalidDataException($"{revision.Arn} has another's label");
            }
        }

        return new Family(name, [.. revisions], labels.ToImmutable(), version);
    }

    private Family Register(TaskDefinitionRegistered e)
    {
        if (e.Revision != NextNumber)
        {
            throw new InvalidOperationException($"{e.TaskDefinitionArn} does not follow on revision {revisions.Count}");
        }

        var revision = new Revision
        {
            Arn = e.TaskDefinitionArn,
            Number = e.Revision,
            VersionLabel = e.VersionLabel,
            Content = e.Content,
            Digest = e.Digest,
            Status = TaskDefinitionStatus.Active,
            RegisteredAt = e.At,
            RegisteredBy = e.RegisteredBy,
            Tags = TagList.Of(e.Tags).Kept(),
        };
        var labels = e.VersionLabel is { } label ? numbersByLabel.Add(label, e.Revision) : numbersByLabel;
        return new Family(e.Family, revisions.Add(revision), labels, Version + 1);
    }

    private Family GiveUp(TaskDefinitionDeletionRequested e)
    {
        var revision = Find(e.Revision)
            ?? throw new InvalidOperationException($"{e.TaskDefinitionArn} was given up and never registered");
        var given = revision with { Status = TaskDefinitionStatus.DeleteInProgress, DeleteRequestedAt = e.At };
        return new Family(Name, revisions.SetItem(e.Revision - 1, given), numbersByLabel, Version + 1);
    }

    private Family Tag(ResourceTagsChanged e)
    {
        var number = int.Parse(e.ResourceArn[(e.ResourceArn.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        var revision = Find(number)
            ?? throw new InvalidOperationException($"{e.ResourceArn} was tagged and never registered");
        var tagged = revision with { Tags = (revision.Tags ?? TagList.None).After(e).Kept() };
        return new Family(Name, revisions.SetItem(number - 1, tagged), numbersByLabel, Version + 1);
    }

    private Family Deregister(TaskDefinitionDeregistered e)
    {
        var revision = Find(e.Revision)
            ?? throw new InvalidOperationException($"{e.TaskDefinitionArn} was deregistered and never registered");
        var inactive = revision with { Status = TaskDefinitionStatus.Inactive, DeregisteredAt = e.At };
        return new Family(Name, revisions.SetItem(e.Revision - 1, inactive), numbersByLabel, Version + 1);
    }
}

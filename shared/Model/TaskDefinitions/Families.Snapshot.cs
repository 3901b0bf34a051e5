using System.Collections.Immutable;
using Ecs.Model.Snapshots;

namespace Ecs.Model.TaskDefinitions;

/// <summary>How the families are kept: a line for each, in the order of their streams.</summary>
public sealed partial class Families : ISnapshot<Families>
{
    /// <inheritdoc/>
    public static string Format => "families-4";

    /// <inheritdoc/>
    public void Write(Stream content) => SnapshotLines.Write(
        content,
        byStream.Select(pair => new FamilyLine
        {
            Stream = pair.Key,
            Name = pair.Value.Name,
            Version = pair.Value.Version,
            Revisions = pair.Value.Revisions,
        }));

    /// <inheritdoc/>
    public static Families Read(ReadOnlyMemory<byte> content)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, Family>(StringComparer.Ordinal);
        foreach (var line in SnapshotLines.Read<FamilyLine>(content))
        {
            if (!read.TryAdd(line.Stream, Family.Restore(line.Name, line.Revisions, line.Version)))
            {
                throw new InvalidDataException($"{line.Stream} is kept twice");
            }
        }

        return new Families(read.ToImmutable());
    }

    private sealed record FamilyLine
    {
        public required string Stream { get; init; }

        public required string Name { get; init; }

        public required long Version { get; init; }

        public required IReadOnlyList<Revision> Revisions { get; init; }
    }
}

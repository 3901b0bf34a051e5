using System.Collections.Immutable;
using Ecs.Contracts;
using Ecs.Contracts.Events;

namespace Ecs.Model.TaskDefinitions;

/// <summary>All families of all scopes: what the Registry knows. Immutable.</summary>
public sealed partial class Families
{
    private readonly ImmutableSortedDictionary<string, Family> byStream;

    private Families(ImmutableSortedDictionary<string, Family> byStream) => this.byStream = byStream;

    /// <inheritdoc/>
    public static Families Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, Family>(StringComparer.Ordinal));

    /// <summary>A family, empty where nothing was registered in it yet.</summary>
    public Family Of(Scope scope, string family) =>
        byStream.GetValueOrDefault(Arn.Family(scope, family).ToString(), Family.Empty);

    /// <summary>The families of one scope, by name in ordinal order.</summary>
    public IEnumerable<Family> In(Scope scope)
    {
        var prefix = Arn.Family(scope, "").ToString();
        return byStream.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => pair.Value);
    }

    /// <inheritdoc/>
    public Families Apply(IEvent e) => IsOfAFamily(e)
        ? new Families(byStream.SetItem(e.Stream, byStream.GetValueOrDefault(e.Stream, Family.Empty).Apply(e)))
        : this;

    private static bool IsOfAFamily(IEvent e) => 
        e is TaskDefinitionRegistered or TaskDefinitionDeregistered or TaskDefinitionDeletionRequested
        || (e is ResourceTagsChanged tags && Arn.Parse(tags.ResourceArn).Kind is ResourceKind.TaskDefinition);

    /// <inheritdoc/>
    public long VersionOf(string stream) => byStream.GetValueOrDefault(stream)?.Version ?? 0;
}

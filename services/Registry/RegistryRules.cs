using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules;

namespace Ecs.Registry;

/// <summary>The Registry's rules as the log's writer wants them: nothing is looked up, all else is pure.</summary>
internal sealed class RegistryRules : IDecider<Families>
{
    /// <inheritdoc/>
    public string Service => Services.Registry;

    /// <inheritdoc/>
    public string Version => RegistryDecider.Version;

    /// <inheritdoc/>
    public IReadOnlyCollection<ResourceKind> Kinds => OwnedKinds.Registry;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
        IReadOnlyList<Command> group, DateTimeOffset now, CancellationToken ct) =>
        new(new JsonElement?[group.Count]);

    /// <inheritdoc/>
    public Decision Decide(Families state, Received received) => RegistryDecider.Decide(state, received);
}

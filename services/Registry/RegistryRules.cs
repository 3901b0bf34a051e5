using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model;
using Ecs.Model.TaskDefinitions;
using Ecs.Registry.Deregistering;
using Ecs.Registry.Registering;

namespace Ecs.Registry;

/// <summary>The Registry's rules as the log's writer wants them: nothing is looked up, all else is pure.</summary>
internal sealed class RegistryRules : IDecider<Families>
{
    /// <inheritdoc/>
    public string Service => Services.Registry;

    /// <inheritdoc/>
    public string Version => "registry-1";

    /// <inheritdoc/>
    public IReadOnlyCollection<ResourceKind> Kinds { get; } = [ResourceKind.TaskDefinition];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
        IReadOnlyList<Command> group, DateTimeOffset now, CancellationToken ct) =>
        new(new JsonElement?[group.Count]);

    /// <inheritdoc/>
    public Decision Decide(Families state, Received received) => received.Command switch
    {
        RegisterTaskDefinition command => Registration.Decide(state, command, received.Now),
        DeregisterTaskDefinition command => Deregistration.Decide(state, command, received.Now),
        var other => throw new ArgumentException($"not a command of the Registry: {other.GetType().Name}"),
    };
}

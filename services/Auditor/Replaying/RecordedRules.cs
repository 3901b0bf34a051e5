using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model;

namespace Ecs.Auditor.Replaying;

/// <summary>A service's rules on recorded commands: what was looked up for them is recorded with them.</summary>
/// <param name="service">The service.</param>
/// <param name="version">The version of its rules.</param>
/// <param name="kinds">The kinds of stream that it owns.</param>
/// <param name="decide">The rules.</param>
internal sealed class RecordedRules<TState>(
    string service, string version, IReadOnlyCollection<ResourceKind> kinds, Func<TState, Received, Decision> decide)
    : IDecider<TState>
    where TState : IState<TState>
{
    /// <inheritdoc/>
    public string Service => service;

    /// <inheritdoc/>
    public string Version => version;

    /// <inheritdoc/>
    public IReadOnlyCollection<ResourceKind> Kinds => kinds;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
        IReadOnlyList<Command> group, DateTimeOffset now, CancellationToken ct) =>
        throw new InvalidOperationException("nothing is looked up again");

    /// <inheritdoc/>
    public Decision Decide(TState state, Received command) => decide(state, command);
}

using Ecs.Leading;
using Ecs.Model.TaskDefinitions;
using Ecs.Registry;
using Ecs.Rules.Queries;
using Ecs.Simulation.Broker;
using Ecs.Simulation.Database;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Services;

/// <summary>A Registry: real rules.</summary>
internal sealed class SimRegistry(
    World world, string name, SimStore store, SimBroker broker, IMishaps mishaps, Guards guards)
    : SimService<Families>(world, name, Contracts.Commands.Services.Registry, store, broker, mishaps, guards)
{
    /// <inheritdoc/>
    protected override LeadingRole<Families> Role(SimProcess process, WriterLog log, SimBus bus) => new()
    {
        Decider = new RegistryRules(),
        Query = (query, families, _) => Task.FromResult(RegistryQueries.Answer(families.State, query)),
    };
}

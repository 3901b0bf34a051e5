using Ecs.Contracts.Events;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;
using Ecs.Scheduler;
using Ecs.Rules.Placement;

namespace Ecs.Simulation.Services;

/// <summary>A placement that is not told of some of a task's needs.</summary>
internal sealed class BlindPlacer(Guards guards) : IPlacer
{
    private readonly IPlacer _real = FleetDecider.Placer();

    /// <inheritdoc/>
    public Place? Choose(ClusterState cluster, PlacementRequest request) => _real.Choose(cluster, request with
    {
        Needs = new Reservation
        {
            Cpu = guards.Cpu ? request.Needs.Cpu : 0,
            Memory = guards.Memory ? request.Needs.Memory : 0,
            Ports = guards.Ports ? request.Needs.Ports : [],
            PortsUdp = guards.Ports ? request.Needs.PortsUdp : [],
        },
    });
}

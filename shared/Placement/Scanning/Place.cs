using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Placement.Scanning;

/// <summary>A place that was found, and how it was chosen.</summary>
/// <param name="Instance">The instance as it was when it was chosen.</param>
/// <param name="Choice">What is recorded of the choice.</param>
public sealed record Place(InstanceState Instance, PlacementChoice Choice);

/// <summary>All that there is to say about one search for a place.</summary>
/// <param name="Place">The place; null where there is none.</param>
/// <param name="Account">Every filter, and the best candidates.</param>
/// <param name="Failures">
/// What ECS answers where there is no place: one rejection for each instance by name, at most
/// <see cref="Scan.MaxFailures"/>.
/// </param>
public sealed record Explanation(Place? Place, PlacementAccount Account, IReadOnlyList<Failure> Failures);

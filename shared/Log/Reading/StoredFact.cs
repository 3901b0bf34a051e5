using Ecs.Contracts.Events;

namespace Ecs.Log;

/// <summary>What a fold needs of an event, and nothing of what stands beside the fact.</summary>
/// <param name="Position">Its place in the one order of the whole log.</param>
/// <param name="Name">The stored name.</param>
/// <param name="Data">The fact itself; null where this version does not know its name.</param>
public readonly record struct StoredFact(long Position, string Name, IEvent? Data);

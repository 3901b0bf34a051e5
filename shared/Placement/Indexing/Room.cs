using Ecs.Contracts.Events;
using Ecs.Model.Fleet;

namespace Ecs.Placement.Indexing;

/// <summary>
/// Free cpu units and MiB, of one instance or the most of several. <c>Both</c> is what an instance has of the two
/// together, at a common ratio: without it, instances with free cpu and others with free memory would look like room
/// for tasks that need both.
/// </summary>
internal readonly record struct Room(int Cpu, int Memory, int Both)
{
    // 2 MiB to a cpu unit, 2 GiB to a core: between the usual kinds of machines. Another ratio only searches longer.
    private const long MebibytesPerUnit = 2;

    /// <summary>What is free on an instance.</summary>
    public static Room On(InstanceState instance) => Of(instance.FreeCpu, instance.FreeMemory);

    /// <summary>What a task takes.</summary>
    public static Room For(Reservation needs) => Of(needs.Cpu, needs.Memory);

    /// <summary>Whether there may be room for so much; of one instance, whether there is.</summary>
    public bool Holds(Room needed) => Cpu >= needed.Cpu && Memory >= needed.Memory && Both >= needed.Both;

    /// <summary>The most of either.</summary>
    public Room Max(Room other) =>
        new(Math.Max(Cpu, other.Cpu), Math.Max(Memory, other.Memory), Math.Max(Both, other.Both));

    private static Room Of(int cpu, int memory) => new(cpu, memory, (int)Math.Min(cpu * MebibytesPerUnit, memory));
}

namespace Ecs.EndToEnd.House;

/// <summary>Container definitions that many tests use, in the API's own words.</summary>
internal static class Containers
{
    /// <summary>Ends at once on SIGTERM, which PID 1 of a container ignores unless it says otherwise.</summary>
    public const string Sleep = "trap 'exit 143' TERM; sleep 3600 & wait $!";

    /// <summary>
    /// The kernel kills its child for want of memory. Where all of a container is dead at once, before containerd watches
    /// for it or after its control group is gone, nobody learns why.
    /// </summary>
    public const string Greedy = "sleep 1; tail /dev/zero; code=$?; sleep 1; exit $code";

    /// <summary>
    /// What a container has unless a test says otherwise, in MiB: enough that every runc can start it, of which some need 14
    /// for themselves where cgroups are v1.
    /// </summary>
    public const int Memory = 32;

    /// <summary>One container that runs a line of shell.</summary>
    public static Dictionary<string, object> Shell(
        string name, string script, int cpu = 1, int memory = Memory, bool essential = true) => new()
    {
        ["name"] = name,
        ["image"] = TestSettings.Busybox,
        ["cpu"] = cpu,
        ["memory"] = memory,
        ["essential"] = essential,
        ["command"] = new[] { "sh", "-c", script },
    };

    /// <summary>A container with one more member.</summary>
    public static Dictionary<string, object> With(
        this Dictionary<string, object> container, string member, object value) => new(container) { [member] = value };

    /// <summary>A container with one member less.</summary>
    public static Dictionary<string, object> Without(this Dictionary<string, object> container, string member) =>
        new(container.Where(pair => pair.Key != member));
}

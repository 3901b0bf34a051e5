using System.Globalization;

namespace Ecs.EndToEnd.House;

/// <summary>
/// What an engine of a test's own leaves outside its namespaces: a folder with its log, and empty control groups of its
/// name. Those of tests that were killed are told by the process id in the name.
/// </summary>
internal static class Leftovers
{
    private const string ControlGroups = "/sys/fs/cgroup";

    /// <summary>Removes what processes that are gone have left.</summary>
    public static void Sweep(string prefix)
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), prefix + "*"))
        {
            var owner = Path.GetFileName(folder)[prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}")) Remove(folder);
        }
    }

    /// <summary>Removes one engine's.</summary>
    public static void Remove(string folder)
    {
        var name = Path.GetFileName(folder);
        string[] hierarchies = [ControlGroups, .. Directory.GetDirectories(ControlGroups)];
        foreach (var group in hierarchies.Select(h => Path.Combine(h, name)).Where(Directory.Exists)) RemoveGroup(group);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The only child of a process.</summary>
    public static int ChildOf(int process) => int.Parse(
        File.ReadAllText($"/proc/{process}/task/{process}/children").Trim(), CultureInfo.InvariantCulture);

    // The files in them are the kernel's: a group goes with rmdir, the inner ones first.
    private static void RemoveGroup(string group)
    {
        foreach (var inner in Directory.GetDirectories(group)) RemoveGroup(inner);
        try
        {
            Directory.Delete(group);
        }
        catch (IOException)
        {
            // The kernel still takes leave of a process in it: the next run finds it empty.
        }
    }
}

using System.Collections.Immutable;
using Ecs.Model.Accounts;
using Ecs.Model.Snapshots;

namespace Ecs.Model.Fleet;

/// <summary>How the fleet is kept: a line for each cluster, instance and task.</summary>
public sealed partial record FleetState : ISnapshot<FleetState>
{
    /// <inheritdoc/>
    public static string Format => "fleet-6";

    /// <inheritdoc/>
    public void Write(Stream content) => SnapshotLines.Write(content, Lines());

    /// <inheritdoc/>
    public static FleetState Read(ReadOnlyMemory<byte> content)
    {
        var lines = SnapshotLines.Read<FleetLine>(content);
        try
        {
            return Restore(lines);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"the snapshot contradicts itself: {e.Message}", e);
        }
    }

    private IEnumerable<FleetLine> Lines()
    {
        var clusters = Clusters.Values.Select(cluster => new FleetLine { Cluster = ClusterLine.Of(cluster) });
        var instances = Instances.Select(instance => new FleetLine { Instance = InstanceLine.Of(instance) });
        var gone = Deregistered.Values.Select(instance => new FleetLine { Deregistered = InstanceLine.Of(instance) });
        // The stopped ones in the order of their ends, which is kept so.
        var tasks = Tasks.Values.Where(task => !task.IsStopped)
            .Concat(Stopped.Select(task => Tasks[task.Origin.TaskArn]))
            .Select(task => new FleetLine { Task = TaskLine.Of(task) });
        var accounts = Accounts.Values.Select(account => new FleetLine { Account = account });
        return accounts.Concat(clusters).Concat(instances).Concat(gone).Concat(tasks);
    }

    private static FleetState Restore(IReadOnlyList<FleetLine> lines)
    {
        var tasks = lines.Where(line => line.Task is not null).Select(line => line.Task!.ToState()).ToList();
        var instances = lines.Where(line => line.Instance is not null)
            .Select(line => line.Instance!.ToState()).ToList();
        var tasksOf = tasks.ToLookup(task => task.Origin.ClusterArn, StringComparer.Ordinal);
        var instancesOf = instances.ToLookup(instance => instance.ClusterArn, StringComparer.Ordinal);
        var clusters = lines.Where(line => line.Cluster is not null)
            .Select(line => line.Cluster!.ToState(
                instancesOf[line.Cluster.Arn], tasksOf[line.Cluster.Arn]))
            .ToList();
        var gone = lines.Where(line => line.Deregistered is not null).Select(line => line.Deregistered!.ToState());
        return Empty with
        {
            Accounts = Empty.Accounts.AddRange(
                lines.Select(line => line.Account).OfType<AccountState>().Select(a => KeyValuePair.Create(a.Arn, a))),
            Clusters = Empty.Clusters.AddRange(clusters.Select(c => KeyValuePair.Create(c.Arn, c))),
            Deregistered = Empty.Deregistered.AddRange(gone.Select(i => KeyValuePair.Create(i.Arn, i))),
            ClusterOf = Empty.ClusterOf.AddRange(instances.Select(i => KeyValuePair.Create(i.Arn, i.ClusterArn))),
            Waiting = Empty.Waiting.Union(clusters.Where(c => !c.Waiting.IsEmpty).Select(c => c.Arn)),
            Stopped = ImmutableQueue.CreateRange(tasks.Where(task => task.IsStopped)),
        };
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Model;
using Ecs.Model.Snapshots;

namespace Ecs.Log.Tests;

/// <summary>A state that remembers how many events each stream has had, and in which order they came.</summary>
public sealed record SampleState(ImmutableDictionary<string, long> Versions, ImmutableList<string> Order)
    : ISnapshot<SampleState>
{
    public static string Format => "sample-1";

    public static SampleState Empty { get; } = new(ImmutableDictionary<string, long>.Empty, []);

    public SampleState Apply(IEvent e) => new(
        Versions.SetItem(e.Stream, VersionOf(e.Stream) + 1), Order.Add($"{EventTypes.NameOf(e)} {e.Stream}"));

    public long VersionOf(string stream) => Versions.GetValueOrDefault(stream);

    public void Write(Stream content) => content.Write(CanonicalJson.Bytes(Order));

    public static SampleState Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            var order = JsonSerializer.Deserialize<ImmutableList<string>>(content.Span)!;
            var versions = order.GroupBy(line => line.Split(' ')[1]).ToImmutableDictionary(g => g.Key, g => (long)g.Count());
            return new SampleState(versions, order);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("not a sample", e);
        }
    }
}

/// <summary>
/// A small service on the house's real commands and events: clusters come and go, run-task makes one event in each of
/// Count task streams, and a cluster named <c>boom</c> is a bug.
/// </summary>
public class SampleDecider : IDecider<SampleState>
{
    public string Service => Services.Scheduler;

    public string Version => "sample-1";

    public IReadOnlyCollection<ResourceKind> Kinds =>
        [ResourceKind.Cluster, ResourceKind.Task, ResourceKind.ContainerInstance];

    public virtual ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
        IReadOnlyList<Command> group, DateTimeOffset now, CancellationToken ct) =>
        ValueTask.FromResult<IReadOnlyList<JsonElement?>>([.. group.Select(_ => (JsonElement?)null)]);

    public virtual Decision Decide(SampleState state, Received command) => command.Command switch
    {
        CreateCluster c => Create(state, c, command.Now),
        DeleteCluster c => Delete(state, c, command.Now),
        RunTask c => Run(c, command),
        ObserveAgents c => Observe(state, c, command.Now),
        _ => throw new NotSupportedException(),
    };

    private static Decision Create(SampleState state, CreateCluster c, DateTimeOffset now)
    {
        if (c.ClusterName == "boom") throw new InvalidOperationException("a bug, for tests");
        var arn = Sample.Cluster(c.ClusterName!);
        return state.VersionOf(arn) % 2 == 1
            ? Decision.Accept(new { clusterArn = arn })
            : Decision.Accept(new { clusterArn = arn }, new ClusterCreated(arn, c.ClusterName!, now));
    }

    private static Decision Delete(SampleState state, DeleteCluster c, DateTimeOffset now)
    {
        var arn = Sample.Cluster(c.Cluster!);
        return state.VersionOf(arn) % 2 == 0
            ? Decision.Refuse(ErrorTypes.ClusterNotFound, "no such cluster")
            : Decision.Accept(null, new ClusterDeleted(arn, now));
    }

    private static Decision Run(RunTask c, Received received)
    {
        var arns = Enumerable.Range(0, c.Count ?? 1)
            .Select(i => Sample.Task(c.Cluster ?? "default", $"{c.CommandId}-{i}")).ToArray();
        return Decision.Accept(
            new { tasks = arns.Select(taskArn => new { taskArn }), resolved = received.Resolved },
            [.. arns.Select(arn => new TaskProgressed { TaskArn = arn, At = received.Now })]);
    }

    private static Decision Observe(SampleState state, ObserveAgents c, DateTimeOffset now) => Decision.Accept(
        null,
        [
            .. c.Silent.Where(arn => state.VersionOf(arn) == 0)
                .Select(arn => new ContainerInstanceDisconnected(arn, now)),
        ]);
}

/// <summary>Short ways to the commands and streams of the tests.</summary>
public static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static string Cluster(string name) => Arn.Cluster(Scope.Default, name).ToString();

    public static string Task(string cluster, string id) => Arn.Task(Scope.Default, cluster, id).ToString();

    public static string Instance(string id) => Arn.ContainerInstance(Scope.Default, "default", id).ToString();

    public static string Family(string name) => Arn.Family(Scope.Default, name).ToString();

    public static CreateCluster Create(string id, string name) => new() { CommandId = id, ClusterName = name };

    public static DeleteCluster Delete(string id, string name) => new() { CommandId = id, Cluster = name };

    public static RunTask Run(string id, int count = 1) => new() { CommandId = id, Count = count };

    public static ObserveAgents Silent(string id, params string[] instances) =>
        new() { CommandId = id, Silent = [.. instances.Select(Instance)] };

    public static CommandKey Key(string id, string service = Services.Scheduler) =>
        new(service, Scope.DefaultAccount, Scope.DefaultRegion, id);

    /// <summary>A decision as a service would bring it to the log, for tests of the log alone.</summary>
    public static DecidedCommand Decided(string id, params (IEvent Event, long Version)[] events) =>
        Decided(Services.Scheduler, id, events);

    public static DecidedCommand Decided(
        string service, string id, params (IEvent Event, long Version)[] events) => new(
        Key(id, service),
        "create-cluster",
        false,
        CommandText.Canonical(Create(id, "c"), typeof(CreateCluster)),
        "digest",
        null,
        Now,
        "tester",
        id,
        "sample-1",
        [.. events.Select(e => new DecidedEvent(
            e.Event, e.Event.Stream, e.Version, EventTypes.NameOf(e.Event),
            CommandText.Canonical(e.Event, e.Event.GetType())))],
        CommandText.Canonical(new Answer { CommandId = id }, typeof(Answer)));

    public static ClusterCreated Created(string name) => new(Cluster(name), name, Now);

    public static ClusterDeleted Deleted(string name) => new(Cluster(name), Now);

    public static TaskDefinitionDeregistered Deregistered(string family, int revision) =>
        new($"{Family(family)}:{revision}", revision, Now);
}

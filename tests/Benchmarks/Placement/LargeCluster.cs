using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;

namespace Ecs.Benchmarks.Placement;

/// <summary>
/// A cluster of machines of one kind in three zones, each with room for 64 of the tasks that are placed, and the tasks'
/// events with all that a real one has.
/// </summary>
internal static class LargeCluster
{
    public const string Cluster = "arn:aws:ecs:us-east-1:000000000000:cluster/default";

    public static readonly Reservation Needs = new() { Cpu = 128, Memory = 256 };

    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly TaskPlaced Template = new()
    {
        TaskArn = "",
        ClusterArn = Cluster,
        TaskDefinitionArn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:1",
        DefinitionDigest = "sha256",
        Group = "family:web",
        Overrides = new TaskOverrides(),
        Reserved = Needs,
        Containers =
        [
            new PlacedContainer { ContainerArn = "container", Name = "web", Image = "web:1", Essential = true, Cpu = 128, Memory = 256 },
        ],
        ContainerInstanceArn = "",
        Choice = new PlacementChoice { Rule = "", Considered = 0 },
        At = Noon,
    };

    public static FleetState Of(int instances)
    {
        var state = FleetState.Empty.Apply(new ClusterCreated(Cluster, "default", Noon));
        for (var i = 0; i < instances; i++) state = state.Apply(Registered(i));
        return state;
    }

    public static string[] TaskArns(int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"arn:aws:ecs:us-east-1:000000000000:task/default/{Id($"task-{i}")}")];

    public static TaskPlaced Placed(string taskArn, string instanceArn, PlacementChoice choice) =>
        Template with { TaskArn = taskArn, ContainerInstanceArn = instanceArn, Choice = choice };

    private static ContainerInstanceRegistered Registered(int number) => new()
    {
        ContainerInstanceArn = $"arn:aws:ecs:us-east-1:000000000000:container-instance/default/{Id($"instance-{number}")}",
        ClusterArn = Cluster,
        Profile = new InstanceProfile
        {
            Session = 1,
            Hostname = string.Create(CultureInfo.InvariantCulture, $"machine-{number}"),
            Resources = new InstanceResources { Cpu = 8192, Memory = 16384, Ports = [22, 2375, 2376, 51678, 51679] },
            Attributes =
            [
                new NameValue("ecs.availability-zone", $"zone-{(char)('a' + (number % 3))}"),
                new NameValue("ecs.os-type", "linux"),
                new NameValue("ecs.cpu-architecture", "x86_64"),
                new NameValue("ecs.instance-type", number % 10 == 0 ? "t3.large" : "m5.2xlarge"),
                .. Enumerable.Range(1, 12).Select(i => new NameValue($"ecs.capability.{i}", "")),
            ],
            VersionInfo = new VersionInfo { AgentVersion = "1.90.0" },
        },
        At = Noon,
    };

    // Ids of real instances and tasks are as evenly spread as these.
    private static string Id(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}

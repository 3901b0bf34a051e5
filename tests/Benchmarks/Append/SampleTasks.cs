using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Benchmarks.Append;

/// <summary>Events of the size that real ones have: a task of three containers was placed.</summary>
internal static class SampleTasks
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TaskPlaced Placed()
    {
        var id = Guid.NewGuid().ToString("N");
        return new TaskPlaced
        {
            TaskArn = Arn.Task(Scope.Default, "default", id).ToString(),
            ClusterArn = Arn.Cluster(Scope.Default, "default").ToString(),
            ContainerInstanceArn = Arn.ContainerInstance(Scope.Default, "default", id).ToString(),
            TaskDefinitionArn = Arn.TaskDefinition(Scope.Default, "web", 7).ToString(),
            DefinitionDigest = CanonicalJson.Digest(7),
            Group = "family:web",
            Overrides = new TaskOverrides(),
            Reserved = new Reservation { Cpu = 300, Memory = 384, Ports = [8080] },
            Containers = [.. new[] { "balancer", "web", "database" }.Select(name => new PlacedContainer
            {
                ContainerArn = $"arn:aws:ecs:us-east-1:000000000000:container/default/{id}/{name}",
                Name = name,
                Image = $"example/{name}:1.0",
                Essential = true,
                Cpu = 100,
                Memory = 128,
            })],
            Choice = new PlacementChoice { Rule = "first-fit", Considered = 3 },
            At = At,
        };
    }
}

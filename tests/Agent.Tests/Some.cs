using Ecs.Agent.Tasks;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests;

/// <summary>Values that tests begin with.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Time = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static readonly string Instance =
        Arn.ContainerInstance(Scope.Default, "default", "0123456789abcdef0123456789abcdef").ToString();

    public static string Task(int number) => Arn.Task(Scope.Default, "default", $"{number:x32}").ToString();

    public static ContainerDefinition Container(string name, params string[] links) => new()
    {
        Name = name,
        Image = "busybox:1",
        Links = links.Length > 0 ? links : null,
    };

    public static ContainerState State(string name) =>
        new() { Definition = Container(name), DockerName = $"ecs-some-1-{name}-{new string('0', 31)}1" };

    public static TaskAssignment Start(int task, long number, params ContainerDefinition[] containers) => new()
    {
        TaskArn = Task(task),
        Number = number,
        DesiredStatus = DesiredStatus.Running,
        Family = "some",
        Revision = 1,
        Containers = containers.Length > 0 ? containers : [Container("web")],
    };

    public static TaskAssignment Stop(int task, long number) =>
        new() { TaskArn = Task(task), Number = number, DesiredStatus = DesiredStatus.Stopped };

    public static Assignments Message(params TaskAssignment[] tasks) => new()
    {
        ContainerInstanceArn = Instance,
        Number = tasks.Length == 0 ? 0 : tasks.Max(t => t.Number),
        IsFullList = false,
        Tasks = tasks,
    };

    public static Assignments List(long number, params TaskAssignment[] tasks) =>
        Message(tasks) with { Number = number, IsFullList = true };
}

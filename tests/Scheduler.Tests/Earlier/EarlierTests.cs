using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Scheduler.Tests.Earlier;

/// <summary>
/// A report as an Agent of 24 November 2026 sent it, before there were restarts, health and pulls in it. It is never
/// changed: Agents are renewed one after another, and all the while the Scheduler hears both.
/// </summary>
public sealed class EarlierTests
{
    [Fact]
    public void Given_a_report_of_an_agent_of_before_then_every_task_is_as_it_says()
    {
        var fleet = new Fleet();
        fleet.When(Fleet.Register(1) with { InstanceId = "0123456789abcdef0123456789abcdef", Session = 5 });
        Assert.Null(fleet.Last.Error);
        var web = Fleet.Web();
        var definition = web with
        {
            ContainerDefinitions =
                [.. web.ContainerDefinitions, new() { Name = "db", Image = "busybox:1", Memory = 32, Essential = false }],
        };
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Earlier", "submit-task-states.json"));
        var tasks = Enumerable.Range(1, 4).Select(_ => fleet.Task(definition)).ToList();
        for (var i = 1; i <= tasks.Count; i++)
        {
            text = text.Replace(
                Arn.Task(Scope.Default, "default", $"{i:x32}").ToString(), tasks[i - 1], StringComparison.Ordinal);
        }

        // As strictly as the bus reads a command.
        fleet.When(JsonSerializer.Deserialize<SubmitTaskStates>(text, EcsJson.Strict)!);

        Assert.Null(fleet.Last.Error);
        Assert.Empty(fleet.Result<SubmitTaskStatesResult>().Stop);
        var now = tasks.Select(task => fleet.State.Tasks[task]).ToList();
        Assert.Equal(
            [LifecycleStatus.Pending, LifecycleStatus.Running, LifecycleStatus.Stopped, LifecycleStatus.Stopped],
            now.Select(task => task.LastStatus));
        Assert.Equal(("id-web", 8080), (now[1].Containers["web"].RuntimeId, now[1].Containers["web"].NetworkBindings[0].HostPort));
        Assert.Equal((StopCode.EssentialContainerExited, 3), (now[2].StopCode, now[2].Containers["db"].ExitCode));
        Assert.Equal(
            (StopCode.TaskFailedToStart, "CannotPullContainerError: no"),
            (now[3].StopCode, now[3].Containers["db"].Reason));
    }
}

using System.Text.Json;
using Ecs.Agent.Assigning;
using Ecs.Agent.Journal;
using Ecs.Agent.Tasks;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Earlier;

/// <summary>
/// Files and messages as the version of 24 November 2026 wrote them (before dependencies, restarts, volumes, pulls and
/// forms of the journal). They are never changed: an Agent that is renewed finds such files, and such a Scheduler.
/// </summary>
public sealed class EarlierTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ecs-earlier-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("assigned", Desired.Running, LifecycleStatus.Pending, "Inspect web", "Inspect db")]
    [InlineData("running", Desired.Running, LifecycleStatus.Running, "Inspect web", "Inspect db")]
    [InlineData("stopped", Desired.Stopped, LifecycleStatus.Stopped)]
    [InlineData("failed", Desired.Stopped, LifecycleStatus.Stopped, "Inspect db")]
    internal async Task Given_a_journal_of_before_when_read_then_the_task_goes_on_where_it_was(
        string name, Desired desired, LifecycleStatus status, params string[] begun)
    {
        var task = await LoadAsync(name);
        Assert.Equal((Some.Task(1), 10L, "some", 1), (task.TaskArn, task.Number, task.Family, task.Revision));
        Assert.Equal((desired, status), (task.Desired, task.Status));

        var (after, effects) = TaskMachine.Step(task, new Began(Some.Time));

        Assert.Equal(begun, effects.OfType<Effect.Begin>().Select(step => $"{step.Step} {step.Container}"));
        Assert.Equal((desired, status), (after.Desired, after.Status));
        Assert.Empty(Directory.GetFiles(_directory, "*.corrupt"));
    }

    [Fact]
    public async Task Given_a_running_task_of_before_when_its_container_is_found_then_it_is_told_as_before_and_is_kept_anew()
    {
        var task = await LoadAsync("running");
        var web = task.Find("web")!;
        Assert.Equal(("id-web", 8080, 7), (web.RuntimeId, web.Bindings[0].HostPort, web.Definition.StopTimeout));

        var told = Observations.Of(task, Some.Time);
        Assert.Equal(Some.Time.AddSeconds(5), told.StartedAt);
        Assert.All(told.Containers, seen => Assert.Equal(
            (LifecycleStatus.Running, null, null, null), (seen.Status, seen.Restart, seen.Health, seen.Reason)));
        await using var journal = new TaskJournal(_directory, NullLogger.Instance);
        await journal.SaveAsync(task, CancellationToken.None);
        Assert.Equal(
            JsonSerializer.Serialize(told, EcsJson.Options),
            JsonSerializer.Serialize(Observations.Of(Assert.Single(journal.Load()), Some.Time), EcsJson.Options));
    }

    [Fact]
    public async Task Given_ends_of_before_then_their_codes_and_reasons_are_told()
    {
        var stopped = Observations.Of(await LoadAsync("stopped"), Some.Time);
        Assert.Equal((StopCode.EssentialContainerExited, 3), (stopped.StopCode, stopped.Containers[0].ExitCode));

        var failed = Observations.Of(await LoadAsync("failed"), Some.Time);
        Assert.Equal(StopCode.TaskFailedToStart, failed.StopCode);
        Assert.Equal("CannotPullContainerError: no", failed.Containers[0].Reason);
    }

    [Fact]
    public void Given_assignments_of_a_scheduler_of_before_then_tasks_are_begun_and_stopped()
    {
        var message = JsonSerializer.Deserialize<Assignments>(File.ReadAllBytes(PathOf("assignments")), EcsJson.Options)!;

        var (_, orders) = new AssignmentBook().Accept(message);

        var start = Assert.Single(orders.OfType<Order.Start>());
        Assert.Equal(Some.Task(2), Assert.Single(orders.OfType<Order.Stop>()).TaskArn);
        var (task, effects) = TaskMachine.Step(
            TaskMachine.Unknown(start.Assignment.TaskArn), new Assigned(Some.Time, start.Assignment));
        Assert.Equal("db", Assert.Single(effects.OfType<Effect.Begin>()).Container);
        var web = task.Find("web")!.Definition;
        Assert.Equal(("nofile", true, "1m"), (
            web.Ulimits![0].Name, web.LinuxParameters!.InitProcessEnabled, web.LogConfiguration!.Options!["max-size"]));
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Earlier", name + ".json");

    private async Task<TaskState> LoadAsync(string name)
    {
        File.Copy(PathOf("journal-" + name), Path.Combine(_directory, new string('0', 31) + "1.json"), overwrite: true);
        await using var journal = new TaskJournal(_directory, NullLogger.Instance);
        return Assert.Single(journal.Load());
    }
}

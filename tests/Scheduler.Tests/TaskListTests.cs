using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Rules.Queries;

namespace Ecs.Scheduler.Tests;

public class TaskListTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void Given_tasks_of_several_starters_when_listed_by_pages_then_each_filter_finds_its_own_once_and_in_order()
    {
        _fleet.Instance(1, cpu: 8192, memory: 16_384);
        var tasks = Enumerable.Range(0, 12).Select(i =>
        {
            _fleet.When(new RunTask { TaskDefinition = "web", StartedBy = i % 3 == 0 ? "ann" : "bob" });
            return Assert.Single(_fleet.Result<TasksResult>().Tasks);
        }).OrderBy(task => task.TaskArn, StringComparer.Ordinal).ToList();

        Assert.Equal(Arns(tasks), Listed(new ListTasks()));
        Assert.Equal(Arns(tasks.Where(task => task.StartedBy == "ann")), Listed(new ListTasks { StartedBy = "ann" }));
        Assert.Equal(Arns(tasks), Listed(new ListTasks { Family = "web" }));
        Assert.Empty(Listed(new ListTasks { Family = "we" }));
        Assert.Empty(Listed(new ListTasks { Family = "web:1" }));
        Assert.Empty(Listed(new ListTasks { DesiredStatus = "STOPPED" }));
    }

    [Fact]
    public void Given_a_starter_when_desired_status_stands_beside_it_then_both_hold_as_clients_of_ecs_ask()
    {
        var instance = _fleet.Instance();
        _fleet.When(new RunTask { TaskDefinition = "web", StartedBy = "ann", Count = 2 });
        var (first, second) = (_fleet.Result<TasksResult>().Tasks[0].TaskArn, _fleet.Result<TasksResult>().Tasks[1].TaskArn);
        _fleet.When(_fleet.Report(instance, first, LifecycleStatus.Stopped, 0));

        Assert.Equal([first], Listed(new ListTasks { StartedBy = "ann", DesiredStatus = "STOPPED" }));
        Assert.Equal([second], Listed(new ListTasks { StartedBy = "ann", DesiredStatus = "RUNNING" }));
        Assert.Empty(Listed(new ListTasks { StartedBy = "bob", DesiredStatus = "RUNNING" }));
    }

    public static TheoryData<ListTasks> OtherFilters => new(
        new ListTasks { Family = "web" },
        new ListTasks { ContainerInstance = "i" },
        new ListTasks { ServiceName = "s" },
        new ListTasks { LaunchType = "EC2" });

    [Theory, MemberData(nameof(OtherFilters))]
    public void Given_a_starter_when_another_filter_stands_beside_it_then_it_is_refused(ListTasks query)
    {
        _fleet.Instance();
        foreach (var desired in new[] { null, "RUNNING" })
        {
            var error = FleetQueries.Answer(_fleet.State, query with { StartedBy = "ann", DesiredStatus = desired }).Error;
            Assert.Equal(("InvalidParameterException", "startedBy"), (error?.Type, error?.Field));
        }
    }

    private static IEnumerable<string> Arns(IEnumerable<TaskDescription> tasks) => tasks.Select(task => task.TaskArn);

    private List<string> Listed(ListTasks query)
    {
        var found = new List<string>();
        string? next = null;
        do
        {
            var page = (ListTasksResult)FleetQueries.Answer(_fleet.State, query with { MaxResults = 2, NextToken = next }).Result!;
            Assert.InRange(page.TaskArns.Count, 0, 2);
            found.AddRange(page.TaskArns);
            next = page.NextToken;
        }
        while (next is not null);
        return found;
    }
}

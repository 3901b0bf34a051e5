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

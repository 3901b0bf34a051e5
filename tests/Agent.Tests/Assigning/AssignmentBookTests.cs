using CsCheck;
using Ecs.Agent.Assigning;
using Ecs.Contracts.Agents;

namespace Ecs.Agent.Tests.Assigning;

public sealed class AssignmentBookTests
{
    private static IReadOnlyList<Order> Orders(params Assignments[] messages)
    {
        var book = new AssignmentBook();
        var orders = new List<Order>();
        foreach (var message in messages)
        {
            (book, var more) = book.Accept(message);
            orders.AddRange(more);
        }

        return [.. orders.Where(o => o is not Order.Tell)];
    }

    [Fact]
    public void Given_a_full_list_when_a_start_comes_then_it_is_begun_once()
    {
        var start = Some.Message(Some.Start(1, 10));

        Assert.IsType<Order.Start>(Assert.Single(Orders(Some.List(5), start, start)));
    }

    [Fact]
    public void Given_no_list_yet_when_a_start_comes_then_it_waits_for_the_list()
    {
        var start = Some.Message(Some.Start(1, 10));

        Assert.Empty(Orders(start));
        Assert.Single(Orders(start, Some.List(5)));
    }

    [Fact]
    public void Given_a_list_that_does_not_name_it_when_an_older_start_comes_then_it_is_dropped()
    {
        Assert.Empty(Orders(Some.List(20), Some.Message(Some.Start(1, 10))));
        Assert.Empty(Orders(Some.Message(Some.Start(1, 10)), Some.List(20)));
    }

    [Fact]
    public void Given_a_stop_that_came_first_when_its_start_comes_then_the_start_is_dropped()
    {
        var orders = Orders(Some.List(5), Some.Message(Some.Stop(1, 12)), Some.Message(Some.Start(1, 10)));

        Assert.IsType<Order.Stop>(Assert.Single(orders));
    }

    [Fact]
    public void Given_a_start_that_waits_when_its_stop_comes_then_it_is_never_begun()
    {
        var orders = Orders(
            Some.Message(Some.Start(1, 10)), Some.Message(Some.Stop(1, 12)), Some.List(11, Some.Start(1, 10)));

        Assert.IsType<Order.Stop>(Assert.Single(orders));
    }

    [Fact]
    public void Given_a_task_that_runs_when_a_list_does_not_name_it_then_it_is_told_and_not_stopped()
    {
        var book = new AssignmentBook();
        (book, _) = book.Accept(Some.List(5, Some.Start(1, 4)));
        var (_, orders) = book.Accept(Some.List(20));

        Assert.Equal(new Order.Tell(Some.Task(1)), Assert.Single(orders));
    }

    [Fact]
    public void Given_a_task_that_is_newer_than_a_list_when_the_list_does_not_name_it_then_nothing_is_said()
    {
        var book = new AssignmentBook();
        (book, _) = book.Accept(Some.List(5));
        (book, _) = book.Accept(Some.Message(Some.Start(1, 10)));
        var (_, orders) = book.Accept(Some.List(8));

        Assert.Empty(orders);
    }

    [Fact]
    public void Given_a_task_that_is_over_when_a_list_has_overtaken_it_then_it_is_forgotten_and_its_start_stays_away()
    {
        var book = new AssignmentBook();
        (book, _) = book.Accept(Some.List(5, Some.Start(1, 4)));
        book = book.Forget(Some.Task(1));
        Assert.Empty(book.Accept(Some.Message(Some.Start(1, 4))).Orders);
        (book, _) = book.Accept(Some.List(20));

        Assert.Empty(book.Tasks);
        Assert.Empty(book.Accept(Some.Message(Some.Start(1, 4))).Orders);
    }

    [Fact]
    public void Given_a_list_that_names_a_task_when_an_older_stop_comes_then_the_log_has_lost_it_and_it_is_dropped()
    {
        var named = Some.List(20, Some.Start(1, 4));

        Assert.IsType<Order.Start>(Assert.Single(Orders(named, Some.Message(Some.Stop(1, 12)))));
        Assert.IsType<Order.Start>(Assert.Single(Orders(Some.Message(Some.Stop(1, 12)), named)));
        Assert.Equal(2, Orders(named, Some.Message(Some.Stop(1, 21))).Count);
    }

    [Fact]
    public void Given_a_task_that_is_over_when_a_list_of_a_restored_log_names_it_then_it_is_taken_over_anew()
    {
        var book = new AssignmentBook();
        (book, _) = book.Accept(Some.List(5, Some.Start(1, 4)));
        book = book.Forget(Some.Task(1));
        var list = Some.List(1_003, Some.Start(1, 1_003));

        Assert.Empty(book.Accept(list).Orders);
        Assert.IsType<Order.Start>(Assert.Single(book.Accept(list with { RestoredFrom = 1_000 }).Orders));
    }

    [Fact]
    public void Given_assignments_in_any_order_then_each_task_is_begun_at_most_once_and_never_after_its_stop()
    {
        var messages =
            from kind in Gen.Int[0, 2]
            from task in Gen.Int[1, 3]
            from list in Gen.Int[0, 30]
            select kind switch
            {
                0 => Some.Message(Some.Start(task, task * 5)),
                1 => Some.Message(Some.Stop(task, (task * 5) + 7)),
                _ => ListAt(list),
            };
        messages.Array[0, 30].Sample(history =>
        {
            var orders = Orders([.. history, ListAt(30)]);
            for (var task = 1; task <= 3; task++)
            {
                var own = orders.Where(o => TaskOf(o) == Some.Task(task)).ToList();
                Assert.True(own.Count(o => o is Order.Start) <= 1);
                Assert.True(own.Count(o => o is Order.Stop) <= 1);
                Assert.IsType<Order.Stop>(own[^1]);
            }
        });
    }

    // The truth: task n is placed at 5n, and stopped, not ended, at 5n + 7.
    private static Assignments ListAt(long position) => Some.List(position,
    [
        .. Enumerable.Range(1, 3).Where(t => t * 5 <= position)
            .Select(t => (t * 5) + 7 <= position ? Some.Stop(t, (t * 5) + 7) : Some.Start(t, t * 5)),
    ]);

    private static string TaskOf(Order order) => order switch
    {
        Order.Start start => start.Assignment.TaskArn,
        Order.Stop stop => stop.TaskArn,
        Order.Tell tell => tell.TaskArn,
        _ => "",
    };
}

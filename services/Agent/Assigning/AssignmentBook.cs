using System.Collections.Immutable;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Assigning;

/// <summary>
/// Which assignments hold. Messages come at least once and in any order; numbers decide: a full list has overtaken
/// every start and stop up to its own number. Until the first full list since the Agent's start has arrived single
/// starts and stops are held back: only a list tells whether one that waited in the queue, or that a lost journal has
/// forgotten, still stands.
/// </summary>
internal sealed record AssignmentBook
{
    /// <summary>The most tasks that are held back for a full list; the list names what is beyond it.</summary>
    public const int MaxHeld = 1_000;

    /// <summary>The highest number of a full list; null before the first.</summary>
    public long? List { get; init; }

    /// <summary>
    /// The tasks that are known, with the number that holds; a stop that came before its start is one of them.
    /// </summary>
    public ImmutableDictionary<string, BookEntry> Tasks { get; init; } = Empty<BookEntry>();

    /// <summary>Starts and stops that wait for the first full list; of one task the higher number.</summary>
    public ImmutableDictionary<string, TaskAssignment> Held { get; init; } = Empty<TaskAssignment>();

    /// <summary>The book after a message, and what is to be done about it.</summary>
    public (AssignmentBook Book, IReadOnlyList<Order> Orders) Accept(Assignments message)
    {
        if (Overtaken(message)) return (this, []);

        var orders = new List<Order>();
        var book = message.IsFullList ? Overtake(message, orders) : this;
        foreach (var assignment in message.Tasks) book = book.Take(assignment, message, orders);

        if (message.IsFullList) book = book.Close(message, orders);
        return (book, orders);
    }

    /// <summary>
    /// Whether a full list has overtaken all of a message: a newer one a list, and any that is as new a start or stop.
    /// Nothing of it counts.
    /// </summary>
    public bool Overtaken(Assignments message) => message.IsFullList ? message.Number < List : message.Number <= List;

    /// <summary>The book without a task that has ended and is owed nothing.</summary>
    public AssignmentBook Forget(string taskArn) => Tasks.TryGetValue(taskArn, out var entry)
        ? this with { Tasks = Tasks.SetItem(taskArn, entry with { IsOver = true }) }
        : this;

    /// <summary>The book with a task that the journal or Docker told of.</summary>
    public AssignmentBook Remember(string taskArn, BookEntry entry) =>
        this with { Tasks = Tasks.SetItem(taskArn, entry) };

    private static ImmutableDictionary<string, T> Empty<T>() =>
        ImmutableDictionary.Create<string, T>(StringComparer.Ordinal);

    private AssignmentBook Take(TaskAssignment assignment, Assignments message, List<Order> orders)
    {
        if (!message.IsFullList && List is null) return Hold(assignment);
        if (!message.IsFullList && assignment.Number <= List) return this;

        var known = Tasks.GetValueOrDefault(assignment.TaskArn);
        if (assignment.DesiredStatus == DesiredStatus.Stopped)
        {
            if (known is { IsStopped: true }) return this;

            orders.Add(new Order.Stop(assignment.TaskArn, assignment.Number));
            return Remember(assignment.TaskArn, new BookEntry(assignment.Number) { IsStopped = true });
        }

        if (known is not (null or { IsAssigned: false, IsStopped: false })) return this;
        orders.Add(new Order.Start(assignment));
        return Remember(assignment.TaskArn, new BookEntry(assignment.Number) { IsAssigned = true });
    }

    private AssignmentBook Hold(TaskAssignment assignment) =>
        Held.TryGetValue(assignment.TaskArn, out var held)
            ? held.Number >= assignment.Number ? this : this with { Held = Held.SetItem(held.TaskArn, assignment) }
            : Held.Count >= MaxHeld ? this : this with { Held = Held.Add(assignment.TaskArn, assignment) };

    // What was held and is newer than the list comes before it: a start that the list names may have its stop already.
    // What was over before the log was restored is over no more, as far as the log knows.
    private AssignmentBook Overtake(Assignments list, List<Order> orders)
    {
        var forgotten = Tasks.Where(t => t.Value.IsOver && t.Value.Number < list.RestoredFrom).Select(t => t.Key);
        var book = this with { Tasks = Tasks.RemoveRange(forgotten.ToList()) };
        if (List is not null) return book;

        book = book with { List = long.MinValue };
        foreach (var stop in Held.Values
            .Where(t => t.DesiredStatus == DesiredStatus.Stopped && t.Number > list.Number)
            .OrderBy(t => t.TaskArn, StringComparer.Ordinal))
        {
            book = book.Take(stop, list with { IsFullList = false }, orders);
        }

        return book;
    }

    // What a list does not name it has overtaken: such a start stays away for good, and ended tasks may be forgotten,
    // since every start of theirs has a lower number than the list.
    private AssignmentBook Close(Assignments list, List<Order> orders)
    {
        var named = list.Tasks.Select(t => t.TaskArn).ToHashSet(StringComparer.Ordinal);
        var unnamed = Tasks.Where(t => !named.Contains(t.Key) && t.Value.Number <= list.Number)
            .OrderBy(t => t.Key, StringComparer.Ordinal)
            .ToList();
        orders.AddRange(unnamed.Where(t => !t.Value.IsOver).Select(t => new Order.Tell(t.Key)));

        var book = this with
        {
            List = list.Number,
            Tasks = Tasks.RemoveRange(unnamed.Where(t => t.Value.IsOver).Select(t => t.Key)),
            Held = Held.Clear(),
        };
        foreach (var held in Held.Values.OrderBy(t => t.TaskArn, StringComparer.Ordinal))
        {
            book = book.Take(held, list with { IsFullList = false }, orders);
        }

        return book;
    }
}

/// <summary>What the book knows of a task.</summary>
/// <param name="Number">The number of the assignment that holds.</param>
internal sealed record BookEntry(long Number)
{
    /// <summary>Whether an assignment has said that it is to run; if not, it was found in Docker.</summary>
    public bool IsAssigned { get; init; }

    /// <summary>Whether it is to stop: for good, whatever number a start may carry.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Whether it has ended and is owed nothing; it is kept until a list has overtaken it.</summary>
    public bool IsOver { get; init; }
}

/// <summary>What an assignment means for one task.</summary>
internal abstract record Order
{
    /// <summary>Begin to run it.</summary>
    public sealed record Start(TaskAssignment Assignment) : Order;

    /// <summary>Stop it, or never begin.</summary>
    public sealed record Stop(string TaskArn, long Number) : Order;

    /// <summary>A full list does not name it: tell the Scheduler of it, which knows whether it must go.</summary>
    public sealed record Tell(string TaskArn) : Order;
}

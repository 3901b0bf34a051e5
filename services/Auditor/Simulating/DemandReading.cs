using System.Globalization;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules.Definitions;

namespace Ecs.Auditor.Simulating;

/// <summary>Reads from a span what was asked for, when, and how long each task held its place.</summary>
/// <remarks>
/// A task that the log never saw placed, or a refused one, is taken to run as long as the median of those of its
/// definition that began and ended in the span; where there is none, to the end of the span. A task that had not ended
/// by then runs on. What a refused one needs is that of its siblings of the same command, else what its recorded
/// command asks for.
/// </remarks>
internal sealed class DemandReading
{
    private readonly PastSpan _span;
    private readonly IReadOnlyDictionary<string, RunTask> _commands;
    private readonly Func<string, Revision?> _revision;
    private readonly Dictionary<string, TaskPast> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskPlaced> _siblings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _usual;
    private int _assumed;
    private int _leftOut;

    private DemandReading(
        PastSpan span, IReadOnlyDictionary<string, RunTask> commands, Func<string, Revision?> revision)
    {
        (_span, _commands, _revision) = (span, commands, revision);
        ReadBefore();
        foreach (var e in span.Events) Read(e);
        _usual = _tasks.Values.Where(task => task.Held is not null)
            .GroupBy(task => task.Origin.TaskDefinitionArn, task => task.Held!.Value, StringComparer.Ordinal)
            .ToDictionary(held => held.Key, Median, StringComparer.Ordinal);
    }

    /// <summary>Reads a span.</summary>
    /// <param name="span">The span.</param>
    /// <param name="commands">Its RunTasks that led to tasks or refusals, by id.</param>
    /// <param name="revision">Finds a task definition by ARN.</param>
    public static DemandRead Of(
        PastSpan span, IReadOnlyDictionary<string, RunTask> commands, Func<string, Revision?> revision)
    {
        var reading = new DemandReading(span, commands, revision);
        List<Demand> demands =
        [
            .. reading._tasks.Values.Select(task => task.Asked(span.Begins, reading.Usual)),
            .. span.Events.Where(e => e.Data is TaskPlacementFailed).SelectMany(reading.Refused),
        ];
        return new DemandRead(
            [.. demands.OrderBy(demand => demand.At).ThenBy(demand => demand.Order)],
            reading._assumed,
            reading._leftOut);
    }

    private void ReadBefore()
    {
        var order = -_span.Before.Tasks.Count;
        var waiting = _span.Before.Tasks.Values.Where(task => !task.IsStopped)
            .OrderBy(task => task.Waiting?.Arrival ?? 0)
            .ThenBy(task => task.CreatedAt)
            .ThenBy(task => task.Origin.TaskArn, StringComparer.Ordinal);
        foreach (var task in waiting)
        {
            _tasks.Add(task.Origin.TaskArn, new TaskPast(task.Origin, task.CreatedAt, order++)
            {
                Was = task.ContainerInstanceArn,
                WasRunning = task.IsRunning,
                Until = task.Waiting?.Until,
            });
        }
    }

    private void Read(PastEvent e)
    {
        switch (e.Data)
        {
            case TaskBegun begun:
                if (!_tasks.TryGetValue(begun.TaskArn, out var task))
                {
                    task = _tasks[begun.TaskArn] = new TaskPast(begun, e.At, e.Position)
                    {
                        Command = e.Causation,
                        Until = Until(begun, e),
                    };
                }

                if (begun is not TaskPlaced placed) break;

                // One that had waited is placed by whatever made room, which asked for nothing.
                task.Placed = e;
                if (task.Order == e.Position && e.Causation is { } id) _siblings[id] = placed;
                break;
            case TaskRunning running when _tasks.TryGetValue(running.TaskArn, out var known):
                known.Running ??= e;
                break;
            case TaskStopped stopped when _tasks.TryGetValue(stopped.TaskArn, out var known):
                known.Stopped ??= e;
                break;
        }
    }

    // Of a task that found room at once, only its command says how long it would have waited.
    private DateTimeOffset? Until(TaskBegun begun, PastEvent e) =>
        begun is TaskQueued queued ? queued.WaitsUntil
        : Command(e)?.WaitForCapacity is { } seconds ? e.At.AddSeconds(seconds)
        : null;

    private RunTask? Command(PastEvent e) => e.Causation is { } id ? _commands.GetValueOrDefault(id) : null;

    private IEnumerable<Demand> Refused(PastEvent e)
    {
        var failed = (TaskPlacementFailed)e.Data;
        var draft = Sibling(e) ?? Draft(failed, Command(e));
        if (draft is null)
        {
            _leftOut += failed.Count;
            return [];
        }

        var cluster = Arn.Parse(failed.ClusterArn);
        return Enumerable.Range(0, failed.Count).Select(index => new Demand
        {
            Draft = draft with
            {
                TaskArn = Arn.Task(cluster.Scope, cluster.Name, string.Create(
                    CultureInfo.InvariantCulture, $"{e.Position:x16}{index:x16}")).ToString(),
            },
            AskedAt = e.At,
            At = e.At,
            Order = e.Position,
            Command = e.Causation,
            Runs = Usual(failed.TaskDefinitionArn),
        }).ToList();
    }

    private TaskQueued? Sibling(PastEvent e) =>
        e.Causation is { } id && _siblings.TryGetValue(id, out var placed) ? TaskPast.Draft(placed) : null;

    private TaskQueued? Draft(TaskPlacementFailed failed, RunTask? command)
    {
        if (command is null
            || _revision(failed.TaskDefinitionArn) is not { } revision
            || !new DefinitionInHand(new ResolvedDefinition(), revision.Content)
                .TryApply(command.Overrides, out var content, out _))
        {
            return null;
        }

        return new TaskQueued
        {
            TaskArn = "",
            ClusterArn = failed.ClusterArn,
            TaskDefinitionArn = failed.TaskDefinitionArn,
            DefinitionDigest = revision.Digest,
            Group = failed.Group,
            Overrides = command.Overrides ?? new(),
            Reserved = Requirements.Of(content),
            Containers = [],
            Constraints =
            [
                .. RequiredAttributes.ConstraintsOf(content),
                .. content.PlacementConstraints ?? [],
                .. command.PlacementConstraints ?? [],
            ],
            Strategies = command.PlacementStrategy,
            WaitsUntil = failed.At,
            At = failed.At,
        };
    }

    private TimeSpan? Usual(string definition)
    {
        _assumed++;
        return _usual.TryGetValue(definition, out var held) ? held : null;
    }

    private static TimeSpan Median(IEnumerable<TimeSpan> held)
    {
        var sorted = held.Order().ToList();
        return sorted[(sorted.Count - 1) / 2];
    }
}

using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Fleet;
using Ecs.Rules.Clusters;
using Ecs.Rules.ContainerInstances;
using Ecs.Rules.Tasks;

namespace Ecs.Rules.Executions;

/// <summary>The rules of running commands in containers: each is written down, its beginning and its end.</summary>
public static class Executing
{
    /// <summary>What stands as the reason where the task ended first.</summary>
    public const string TaskEnded = "The task stopped.";

    /// <summary>Lets a command run, where the container that is named runs.</summary>
    public static Decision Decide(FleetState fleet, ExecuteCommand command, DateTimeOffset now)
    {
        if (Wrong(command) is { } wrong) return Decision.Refuse(wrong);

        if (!ClusterDecisions.TryFind(fleet, command, command.Cluster, out var cluster, out var refusal))
        {
            return Decision.Refuse(refusal);
        }

        if (!Stopping.TryFind(fleet, command, cluster, command.Task!, out var task))
        {
            return Decision.Refuse(ErrorTypes.InvalidParameter, "The referenced task was not found.", "task");
        }

        var names = task.Origin.Containers.Select(container => container.Name).ToList();
        if (command.Container is null && names.Count > 1)
        {
            return Decision.Refuse(CommandError.Wrong(
                "container", $"must be named where a task has several: '{string.Join("', '", names)}'"));
        }

        var name = command.Container ?? names[0];
        if (!names.Contains(name, StringComparer.Ordinal))
        {
            return Decision.Refuse(CommandError.Wrong(
                "container", $"must be one of the task's: '{string.Join("', '", names)}'"));
        }

        return Begin(command, task, name, now);
    }

    /// <summary>Writes down the end that an Agent tells, once.</summary>
    public static Decision Decide(FleetState fleet, SubmitExecutionEnd command, DateTimeOffset now)
    {
        if (command.ContainerInstance is not { } arn || fleet.FindInstance(arn) is not { } instance)
        {
            return Decision.Refuse(CommandError.Wrong("containerInstance", "must name a registered instance"));
        }

        if (InstanceKeys.Wrong(instance, command) is { } foreign) return Decision.Refuse(foreign);

        if (command.Reason?.Length > SubmitExecutionEnd.MaxReasonLength)
        {
            return Decision.Refuse(CommandError.Wrong(
                "reason", $"must be at most {SubmitExecutionEnd.MaxReasonLength} characters"));
        }

        // Told again, or after the task's end, which ends all of its executions: nothing changes.
        var events = new List<IEvent>();
        if (command is { Task: { } named, ExecutionId: { } id }
            && fleet.Tasks.TryGetValue(named, out var task)
            && task.ContainerInstanceArn == arn
            && task.Executions.TryGetValue(id, out var container))
        {
            events.Add(End(task, id, container, now) with { ExitCode = command.ExitCode, Reason = command.Reason });
        }

        return Decision.Accept(new SubmitExecutionEndResult(), events);
    }

    /// <summary>
    /// The events with the ends of what is still open in front of each task's own end, since nothing follows that.
    /// </summary>
    public static IReadOnlyList<IEvent> EndWithTheirTasks(FleetState fleet, IReadOnlyList<IEvent> events)
    {
        var open = events.OfType<TaskStopped>()
            .Any(e => fleet.Tasks.TryGetValue(e.TaskArn, out var task) && !task.Executions.IsEmpty);
        return open ? [.. events.SelectMany(With)] : events;

        IEnumerable<IEvent> With(IEvent e) =>
            e is TaskStopped stopped && fleet.Tasks.TryGetValue(stopped.TaskArn, out var task)
                ? [.. task.Executions.Select(pair =>
                    End(task, pair.Key, pair.Value, stopped.At) with { Reason = TaskEnded }), e]
                : [e];
    }

    private static Decision Begin(ExecuteCommand command, TaskState task, string name, DateTimeOffset now)
    {
        var status = task.Containers.TryGetValue(name, out var seen) ? seen.Status : LifecycleStatus.Pending;
        if (task.DesiredStatus is DesiredStatus.Stopped || status is not LifecycleStatus.Running)
        {
            var word = task.IsStopped ? LifecycleStatus.Stopped : status;
            return Decision.Refuse(
                ErrorTypes.InvalidParameter,
                $"The container '{name}' is not RUNNING, or is to stop: it is {EcsJson.Word(word)}.",
                "container");
        }

        if (task.Executions.Count >= ExecuteCommand.MaxOpen)
        {
            return Decision.Refuse(
                ErrorTypes.LimitExceeded, $"The task has {ExecuteCommand.MaxOpen} executions that have not ended.");
        }

        var started = new ExecuteCommandStarted
        {
            TaskArn = task.Origin.TaskArn,
            ExecutionId = Identifiers.Execution(command),
            ContainerName = name,
            CommandLine = command.CommandLine!,
            Interactive = command.Interactive,
            Tty = command.Tty,
            At = now,
        };
        var result = new ExecuteCommandResult(
            started.ExecutionId, started.TaskArn, name, task.ContainerInstanceArn!);
        return Decision.Accept(result, [started]);
    }

    private static ExecuteCommandEnded End(TaskState task, string id, string container, DateTimeOffset now) => new()
    {
        TaskArn = task.Origin.TaskArn,
        ExecutionId = id,
        ContainerName = container,
        At = now,
    };

    private static CommandError? Wrong(ExecuteCommand command)
    {
        if (string.IsNullOrEmpty(command.Task)) return CommandError.Wrong("task", "must name the task");

        if (command.CommandLine is not [{ Length: > 0 }, ..] words || words.Any(word => word is null))
        {
            return CommandError.Wrong("commandLine", "must be a list of words, the program first");
        }

        if (words.Count > ExecuteCommand.MaxWords || words.Sum(word => word.Length) > ExecuteCommand.MaxLength)
        {
            return CommandError.Wrong("commandLine", $"must be at most {ExecuteCommand.MaxWords} words of together "
                + $"{ExecuteCommand.MaxLength} characters");
        }

        return words.Any(word => word.Contains('\0', StringComparison.Ordinal))
            ? CommandError.Wrong("commandLine", "must not hold the character U+0000")
            : null;
    }
}

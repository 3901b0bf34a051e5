using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Conversing;

/// <summary>A refusal that ends a request, thrown from within the finding of its parts.</summary>
internal sealed class RefusedException(int status, CommandError error) : Exception(error.Message)
{
    public int Status { get; } = status;

    public CommandError Error { get; } = error;

    /// <summary>What was named is not there.</summary>
    public static RefusedException Missing(string message) =>
        new(StatusCodes.Status404NotFound, new("ResourceNotFoundException", message));

    /// <summary>It is there, and not in a state for it.</summary>
    public static RefusedException Conflict(string message) =>
        new(StatusCodes.Status409Conflict, new(ErrorTypes.Client, message));
}

/// <summary>Finds the task that somebody wants to see or to enter, and where it is.</summary>
internal sealed class TaskFinding(ICommandSender sender, TimeProvider clock)
{
    /// <summary>The task and the id of its container instance.</summary>
    /// <exception cref="RefusedException">It is unknown, is on no instance yet, or lacks such a container.</exception>
    public async Task<(TaskDescription Task, string InstanceId)> FindAsync(
        Caller caller, string? cluster, string named, IReadOnlyList<string> containers, CancellationToken cancel)
    {
        var task = await DescribeAsync(caller, cluster, named, cancel);
        var names = task.Containers.Select(container => container.Name).ToList();
        foreach (var name in containers.Where(name => !names.Contains(name, StringComparer.Ordinal)))
        {
            throw RefusedException.Missing(
                $"The task has no container '{name}': it has '{string.Join("', '", names)}'.");
        }

        if (task.ContainerInstanceArn is not { } instance)
        {
            throw RefusedException.Conflict(
                $"The task is {EcsJson.Word(task.LastStatus)} and was on no container instance.");
        }

        return (task, Arn.Parse(instance).Name);
    }

    private async Task<TaskDescription> DescribeAsync(
        Caller caller, string? cluster, string named, CancellationToken cancel)
    {
        // The slashes of an ARN that was escaped whole are left so by the router.
        named = Uri.UnescapeDataString(named);
        // An ARN tells its cluster.
        if (string.IsNullOrEmpty(cluster) && Arn.TryParse(named, out var arn)) cluster = arn.ClusterName;
        var answer = await sender.SendAsync(
            new DescribeTasks
            {
                CommandId = $"{Guid.NewGuid():N}",
                Account = caller.Scope.Account,
                Region = caller.Scope.Region,
                Actor = caller.Actor,
                Deadline = clock.GetUtcNow() + Limits.QueryTime,
                Cluster = cluster,
                Tasks = [named],
            },
            Limits.QueryTime + Limits.AnswerGrace,
            cancel);
        if (answer.Error is { } error) throw new RefusedException(StatusCodes.Status400BadRequest, error);

        var found = answer.Result?.Deserialize<TasksResult>(EcsJson.Options)?.Tasks;
        return found is [var task] ? task : throw RefusedException.Missing("The referenced task was not found.");
    }
}

using Ecs.Contracts.Events;

namespace Ecs.Auditor.History;

/// <summary>Tells an event to a person: what changed, in one sentence. Pure; who and when stand beside it.</summary>
internal static class Telling
{
    /// <summary>The sentence of one event.</summary>
    public static string Of(StoredEvent e) => e.Data switch
    {
        ClusterCreated created => $"cluster '{created.ClusterName}' created",
        ClusterUpdated updated => updated.Settings is [{ } setting, ..]
            ? $"{setting.Name} = {setting.Value}" + (updated.Configuration is null ? "" : ", configuration changed")
            : "configuration changed",
        ClusterDeleted => "cluster deleted",
        ClusterRestored restored => Words.Of(
            $"the log was restored from a backup: what it held behind position {restored.Position} is undone"),
        TaskPlacementFailed failed => TellingOfTasks.PlacementFailed(failed),
        ContainerInstanceRegistered registered => TellingOfInstances.Registered(registered),
        ContainerInstanceConnected connected => TellingOfInstances.Connected(connected),
        ContainerInstanceDisconnected =>
            "its Agent fell silent: its tasks keep their places, no new ones are placed there",
        ContainerInstanceStateChanged changed => TellingOfInstances.StateChanged(changed),
        ContainerInstanceAttributesChanged changed => TellingOfInstances.AttributesChanged(changed),
        ContainerInstanceDeregistered gone => TellingOfInstances.Deregistered(gone),
        ContainerInstanceTasksDisowned disowned =>
            $"ran tasks that are not its own, and is to stop them: {Words.List(disowned.Tasks.Select(Words.Short))}",
        TaskDefinitionRegistered registered => TellingOfDefinitions.Registered(registered),
        TaskDefinitionDeregistered gone =>
            Words.Of($"revision {gone.Revision} is INACTIVE: its tasks go on, no new ones start"),
        TaskDefinitionDeletionRequested given =>
            Words.Of($"revision {given.Revision} is given up, DELETE_IN_PROGRESS: its tasks go on"),
        TaskPlaced placed => TellingOfTasks.Placed(placed),
        TaskQueued queued => TellingOfTasks.Queued(queued),
        TaskProgressed progressed => TellingOfTasks.Progressed(progressed),
        TaskRunning running => TellingOfTasks.Running(running),
        TaskHealthChanged health => TellingOfTasks.HealthChanged(health),
        ExecuteCommandStarted started => TellingOfTasks.ExecuteCommandStarted(started),
        ExecuteCommandEnded ended => TellingOfTasks.ExecuteCommandEnded(ended),
        TaskContainersRestarted restarted => TellingOfTasks.Restarted(restarted),
        TaskStopping stopping => TellingOfTasks.Stopping(stopping),
        TaskStopped stopped => TellingOfTasks.Stopped(stopped),
        AccountSettingPut put => $"{put.Name} = {put.Value} for {put.PrincipalArn}",
        AccountSettingDeleted deleted => $"{deleted.Name} of {deleted.PrincipalArn} taken: the account's holds again",
        ResourceTagsChanged changed => TellingOfTags.Changed(changed),
        _ => $"'{e.Name}', which this version does not know; its data is in the log",
    };
}

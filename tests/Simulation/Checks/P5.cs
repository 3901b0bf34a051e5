using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Simulation.Engines;
using TaskState = Ecs.Model.Fleet.TaskState;

namespace Ecs.Simulation.Checks;

/// <summary>
/// P5: within 30 s of the faults' end wanted and actual are the same: everyone is answered, queues are empty, each task
/// has come to RUNNING or STOPPED, and the engines have exactly the containers that the log says.
/// </summary>
internal static class P5
{
    /// <summary>Checks it.</summary>
    public static void Check(House house)
    {
        foreach (var client in house.Clients.Where(client => !client.IsDone))
        {
            house.World.Break("P5", $"{client.Name} still waits for {client.Asked[^1].Command}");
        }

        foreach (var (name, queue) in house.Broker.Queues)
        {
            // A report, a list or a beat may just be on its way.
            if (queue.Depth > house.Agents.Count * 2) house.World.Break("P5", $"{name}: {queue.Depth} messages wait");
        }

        var fleet = Replay.Fleet(house);
        foreach (var task in fleet.Tasks.Values.OrderBy(task => task.Origin.TaskArn, StringComparer.Ordinal))
        {
            CheckTask(house, task);
        }

        foreach (var agent in house.Agents)
        {
            // One that was deregistered is out until its Agent is started anew.
            var instance = fleet.FindInstance(agent.InstanceArn);
            if (instance is not ({ AgentConnected: true } or { Status: InstanceStatus.Inactive }))
            {
                house.World.Break("P5", $"{agent.Name} is not connected");
            }

            foreach (var container in agent.Engine.Containers.Where(c => c.Observed is Observed.Running))
            {
                CheckContainer(house, fleet, agent.InstanceArn, container);
            }
        }
    }

    private static void CheckTask(House house, TaskState task)
    {
        if (task.LastStatus is LifecycleStatus.Stopped or LifecycleStatus.Provisioning) return;

        if (task.LastStatus is not LifecycleStatus.Running)
        {
            house.World.Break("P5", $"{task.Origin.TaskArn} is still {task.LastStatus}");
            return;
        }

        var engine = house.Agents.First(agent => agent.InstanceArn == task.ContainerInstanceArn).Engine;
        foreach (var wanted in task.Origin.Containers.Where(container => container.Essential))
        {
            if (!engine.Containers.Any(c =>
                c.TaskArn == task.Origin.TaskArn && c.Name == wanted.Name && c.Observed is Observed.Running))
            {
                house.World.Break("P5", $"{task.Origin.TaskArn} is RUNNING without its container {wanted.Name}");
            }
        }
    }

    private static void CheckContainer(House house, FleetState fleet, string instance, SimContainer container)
    {
        var task = fleet.Tasks.GetValueOrDefault(container.TaskArn);
        if (task is null || task.IsStopped || task.ContainerInstanceArn != instance)
        {
            house.World.Break("P5", $"{container.DockerName} runs on {instance} without a live task");
        }
    }
}

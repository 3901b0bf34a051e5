using System.Text.Json;
using Ecs.Agent.Tasks;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Simulation.Broker;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Agents;

/// <summary>
/// What an Agent is told, on its way in. It remembers which stops the Agent has taken over before it had begun anything
/// of the task, and breaks a promise where the Agent makes or starts something of it after all. And here the Agent's own
/// guards are switched off, by telling it something else than what came.
/// </summary>
internal sealed class AgentWord(SimProcess process, SimBus bus, Guards guards) : IAgentEndpoint, ICommandSender
{
    private readonly HashSet<string> _stopped = new(StringComparer.Ordinal);
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ListenAsync(
        string instanceId, Func<Assignments, CancellationToken, Task> handle, CancellationToken ct) =>
        bus.ListenAsync(
            instanceId,
            async (message, token) =>
            {
                await handle(Weakened(message), token);
                foreach (var task in message.Tasks.Where(t => t.DesiredStatus is DesiredStatus.Stopped))
                {
                    if (!_begun.Contains(task.TaskArn)) _stopped.Add(task.TaskArn);
                }
            },
            ct);

    /// <inheritdoc/>
    public async Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
    {
        var answer = await bus.SendAsync(command, timeout, ct);
        if (guards.RuntimeIds || command is not GetAssignments || answer.Result is not { } result) return answer;

        // A list as of a Scheduler that does not tell what the log knows to have been made.
        var list = result.Deserialize<Assignments>(EcsJson.Options)!;
        list = list with { Tasks = [.. list.Tasks.Select(t => t with { RuntimeIds = null, StoppedContainers = null })] };
        return answer with { Result = JsonSerializer.SerializeToElement(list, EcsJson.Options) };
    }

    /// <summary>Told of every step that the Agent begins.</summary>
    public void Begin(TaskState task, Step step)
    {
        _begun.Add(task.TaskArn);
        if (step is Step.Create or Step.Start && _stopped.Contains(task.TaskArn))
        {
            process.World.Break("P3", $"{process.Name} begins to {step} for {task.TaskArn}, whose stop it has taken");
        }
    }

    private Assignments Weakened(Assignments message)
    {
        if (!guards.Numbers)
        {
            message = message with
            {
                Number = message.IsFullList ? message.Number : long.MaxValue,
                Tasks = [.. message.Tasks.Select(t => t with { Number = long.MaxValue })],
            };
        }

        // An Agent without tombstones: the stop of what it does not run is nothing to it.
        return guards.Tombstones
            ? message
            : message with
            {
                Tasks = [.. message.Tasks.Where(t =>
                    t.DesiredStatus is DesiredStatus.Running || _begun.Contains(t.TaskArn))],
            };
    }
}

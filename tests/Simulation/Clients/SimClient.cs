using System.Globalization;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Simulation.Broker;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Clients;

/// <summary>
/// Somebody who uses the house: sends a command, sends it again under the same id while no answer comes, and now and
/// then once more when it has come. It never dies, so that all it was told can be held against the log.
/// </summary>
internal sealed class SimClient(
    World world, string name, SimBroker broker, IMishaps mishaps, IReadOnlyList<string> instances, TimeSpan until)
    : SimNode(world, name)
{
    private readonly List<string> _tasks = [];
    private int _asked;

    private Chance Chance => World.Chance;

    /// <summary>All that it asked for.</summary>
    public List<Asked> Asked { get; } = [];

    /// <summary>Whether it has sent all that it wanted to, and was answered.</summary>
    public bool IsDone { get; private set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(SimProcess process)
    {
        var bus = new SimBus(new Wire(process, mishaps), broker, Guards.All);
        await AskAsync(bus, process, new CreateCluster { ClusterName = Story.Cluster });
        foreach (var definition in Story.Definitions) await AskAsync(bus, process, definition);
        while (World.Now < until)
        {
            await Task.Delay(Chance.Milliseconds(20, 2_500), process.Clock);
            await AskAsync(bus, process, Next());
        }

        IsDone = true;
    }

    private Command Next() => Chance.Below(20) switch
    {
        < 7 when _tasks.Count > 0 => new StopTask { Cluster = Story.Cluster, Task = Taken() },
        7 => new CreateCluster { ClusterName = Story.Spare },
        8 => new DeleteCluster { Cluster = Story.Spare },
        9 => Chance.Of(Story.Definitions),
        10 => Story.Change(Chance, instances),
        11 => Story.Start(Chance, $"{Name}-{_asked + 1}", instances),
        _ => Story.Run(Chance, $"{Name}-{_asked + 1}"),
    };

    private string Taken()
    {
        // Mostly the newest: its stop then runs after its start, and may overtake it.
        var index = Chance.Hits(0.6) ? _tasks.Count - 1 : Chance.Below(_tasks.Count);
        var task = _tasks[index];
        if (Chance.Hits(0.8)) _tasks.RemoveAt(index);
        return task;
    }

    private async Task AskAsync(SimBus bus, SimProcess process, Command command)
    {
        command = command with { CommandId = $"{Name}-{++_asked}", Actor = Name };
        if (command is RunTask run && Chance.Hits(0.3)) command = run with { ClientToken = $"token-{Name}-{_asked}" };
        var asked = new Asked(command);
        Asked.Add(asked);
        for (var sending = 0; !asked.IsSettled; sending++) await SendAsync(bus, process, asked, sending);

        if (asked.Answers[^1].Error is null) Learn(asked.Answers[^1]);
        if (Chance.Hits(0.15)) await SendAsync(bus, process, asked, sending: 99);
    }

    private async Task SendAsync(SimBus bus, SimProcess process, Asked asked, int sending)
    {
        var command = asked.Command;
        if (asked.IsByToken)
        {
            // As the Gateway does: a token stands for all sendings, and each has a deadline.
            command = command with
            {
                CommandId = string.Create(CultureInfo.InvariantCulture, $"{command.CommandId}.{asked.Answers.Count}.{sending}"),
                Deadline = process.Clock.GetUtcNow() + TimeSpan.FromSeconds(8),
            };
        }

        try
        {
            var answer = await bus.SendAsync(command, Chance.Milliseconds(1_000, 6_000), CancellationToken.None);
            if (World.Trace.IsOn) World.Tell(Name, $"{asked.Command.GetType().Name} {command.CommandId}: {Words(answer)}");
            asked.Answers.Add(answer);
            // A deadline that had passed is this sending's own: the next one is another command.
            asked.IsSettled |= !(asked.IsByToken && answer.Error is { Type: ErrorTypes.Client } late
                && late.Message.StartsWith("the deadline", StringComparison.Ordinal));
        }
        catch (TimeoutException)
        {
            World.Tell(Name, $"{asked.Command.GetType().Name} {command.CommandId}: no answer in time");
        }
    }

    private void Learn(Answer answer)
    {
        if (answer.Result?.TryGetProperty("tasks", out var tasks) is not true) return;

        _tasks.AddRange(tasks.Deserialize<List<TaskName>>(EcsJson.Options)!.Select(task => task.TaskArn));
    }

    private static string Words(Answer answer) => answer.Error is { } error
        ? $"{error.Type} {error.Message}"
        : string.Create(CultureInfo.InvariantCulture, $"done at {answer.Position}");

    private sealed record TaskName(string TaskArn);
}

using System.Collections;
using System.Text.Json;
using Ecs.Agent.Logs;
using Ecs.Agent.Tasks;
using Ecs.Agent.Tests.Driving;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Vocabulary;
using TaskState = Ecs.Agent.Tasks.TaskState;

namespace Ecs.Agent.Tests.Logs;

/// <summary>When a follower has heard all: at moments that a real engine cannot be brought to at will.</summary>
public sealed class FollowerEndTests
{
    private const string TaskArn = "arn:aws:ecs:us-east-1:000000000000:task/logs/1";

    [Fact]
    public async Task Given_a_run_that_is_read_to_its_end_in_the_midst_of_the_last_look_then_the_run_after_it_is_heard_too()
    {
        var known = Known(LifecycleStatus.Running);
        var firstRun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = 0;
        await using var engine = await EngineDouble.AnsweringAsync(async (call, _) =>
        {
            switch (call)
            {
                case "GET /containers/json":
                    known = Known(LifecycleStatus.Stopped, new ContainerRestart(1, DateTimeOffset.UnixEpoch, 0, null));
                    return (200, Listed("app", "side"));
                case "GET /containers/app/logs" when ++runs == 1:
                    await firstRun.Task;
                    return (200, Line("run 1"));
                default:
                    return (200, call switch
                    {
                        "GET /containers/app/logs" => Line("run 2"),
                        "GET /containers/side/logs" => "",
                        _ => WithTerminal,
                    });
            }
        });

        // Each look asks for app and then for side. By the second, of a task that is over, app was passed over, being read:
        // it has the time to be read to its end before that look draws its conclusion.
        var names = new Names(["app", "side"], asked =>
        {
            if (asked != 4) return;

            firstRun.SetResult();
            Thread.Sleep(500);
        });

        Assert.Equal(["run 1", "run 2"], await FollowAsync(engine, () => known, names));
    }

    [Fact]
    public async Task Given_a_task_that_ends_while_its_containers_are_listed_then_one_that_this_list_has_not_got_is_heard_too()
    {
        var known = Known(LifecycleStatus.Running);
        var lists = 0;
        await using var engine = await EngineDouble.AnsweringAsync((call, _) =>
        {
            if (call == "GET /containers/json" && ++lists == 2) known = Known(LifecycleStatus.Stopped);
            return Task.FromResult((200, call switch
            {
                "GET /containers/json" => lists > 2 ? Listed("app", "late") : Listed("app"),
                "GET /containers/app/logs" => Line("early"),
                "GET /containers/late/logs" => Line("late"),
                _ => WithTerminal,
            }));
        });

        Assert.Equal(["early", "late"], await FollowAsync(engine, () => known));
    }

    // Its log comes as it was written, and not in Docker's frames.
    private const string WithTerminal = """{"Config":{"Tty":true}}""";

    private static string Line(string text) => $"2026-11-25T16:00:00.123456789Z {text}\n";

    private static string Listed(params string[] ended) => JsonSerializer.Serialize(ended.Select(name => new
    {
        Id = name,
        Names = new[] { $"/{AgentFixture.DockerName(TaskArn, name)}" },
        State = "exited",
        Labels = AgentFixture.LabelsOf("a", TaskArn, name),
    }));

    private static TaskState Known(LifecycleStatus status, ContainerRestart? restart = null) => new()
    {
        TaskArn = TaskArn,
        Status = status,
        Containers = [new() { Definition = AgentFixture.Container("app"), DockerName = "app", Restart = restart }],
    };

    private static async Task<IEnumerable<string?>> FollowAsync(
        EngineDouble engine, Func<TaskState> known, IReadOnlyList<string>? containers = null)
    {
        var asked = new ReadLogs { TaskArn = TaskArn, Follow = true, Containers = containers };
        var asker = new Asker(asked with { Containers = null }) { TakesIn = true };
        var refusal = await new LogReading(engine.Engine, "a", _ => known(), asker.Conversation, asked)
            .RunAsync(CancellationToken.None).WaitAsync(AgentFixture.Patience);
        Assert.Null(refusal);
        return asker.Lines.Select(line => line.Line);
    }

    /// <summary>Names that tell how often they were looked through.</summary>
    private sealed class Names(string[] names, Action<int> lookedThrough) : IReadOnlyList<string>
    {
        private int _times;

        public int Count => names.Length;

        public string this[int index] => names[index];

        public IEnumerator<string> GetEnumerator()
        {
            lookedThrough(++_times);
            return names.AsEnumerable().GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

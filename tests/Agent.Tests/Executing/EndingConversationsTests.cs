using System.Text.Json;
using Ecs.Agent.Conversing;
using Ecs.Agent.Docker;
using Ecs.Agent.Executing;
using Ecs.Agent.Tests.Driving;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Executing;

/// <summary>What an Agent's end waits for: that commands which it has begun are ended, and that their ends are told.</summary>
public sealed class EndingConversationsTests : IDisposable
{
    private static readonly Arn Instance = Arn.ContainerInstance(Scope.Default, "default", new string('a', 32));

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"ecs-executions-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Given_a_command_under_way_when_the_agent_ends_then_it_waits_until_the_command_is_ended_and_its_end_is_told()
    {
        using var ending = new CancellationTokenSource();
        var begun = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = await EngineDouble.AnsweringAsync(async (call, ct) =>
        {
            if (call.EndsWith("/containers/json", StringComparison.Ordinal)) return (200, Listed);

            begun.TrySetResult(call);
            await Task.Delay(Timeout.Infinite, ct);
            return (500, "{}");
        });
        var scheduler = new SlowScheduler();
        var endpoint = new Endpoint();
        var journal = new ExecutionJournal(_directory, NullLogger.Instance);
        var desk = new ConversationDesk(
            endpoint, scheduler, engine.Engine, TimeProvider.System, NullLogger<ConversationDesk>.Instance);
        var running = desk.RunAsync(Instance, _ => null, journal, ending.Token);
        var talking = (await endpoint.Talk.Task.WaitAsync(AgentFixture.Patience))(Conversation());
        Assert.Equal("POST /containers/c1/exec", await begun.Task.WaitAsync(AgentFixture.Patience));
        Assert.Single(journal.Load());

        await ending.CancelAsync();

        Assert.Equal(("e1", Execution.Left), await scheduler.Asked.Task.WaitAsync(AgentFixture.Patience));
        Assert.NotSame(running, await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(200))));
        scheduler.Answers.SetResult(new Answer());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(AgentFixture.Patience));
        await talking.WaitAsync(AgentFixture.Patience);
        Assert.Empty(journal.Load());
    }

    private static Conversation Conversation()
    {
        Conversation? conversation = null;
        conversation = new Conversation("test", ConversationDesk.Write(ConversationKinds.Execute, new Execute
        {
            TaskArn = "arn:task", Container = "main", CommandLine = ["sleep", "600"],
        }), TimeProvider.System, HearAsync);
        conversation.Take(new Utterance(Signs.Alive, 0, 0, default) { From = "asker" });
        return conversation;

        Task HearAsync(string to, Utterance word, CancellationToken ct)
        {
            if (word.Kind is ConversationKinds.Ready)
            {
                conversation!.Take(new Utterance(ConversationKinds.Go, 1, 1, "e1"u8.ToArray()));
            }

            return Task.CompletedTask;
        }
    }

    // The newest first, as Docker lists them: somebody has made an image of the task's container and runs it.
    private static string Listed =>
        EngineDouble.Listing("arn:task", ("c2", "debugging"), ("c1", AgentFixture.DockerName("arn:task", "main")));

    /// <summary>A double of the bus that lets the test begin conversations.</summary>
    private sealed class Endpoint : IConversationEndpoint
    {
        public TaskCompletionSource<Func<Conversation, Task>> Talk { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IAsyncDisposable> ListenAsync(string instanceId, Func<Conversation, Task> talk, CancellationToken ct)
        {
            Talk.SetResult(talk);
            return Task.FromResult<IAsyncDisposable>(new MemoryStream());
        }
    }

    /// <summary>A double of the Scheduler that answers when the test wants.</summary>
    private sealed class SlowScheduler : ICommandSender
    {
        public TaskCompletionSource<(string?, string?)> Asked { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<Answer> Answers { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
        {
            var end = (SubmitExecutionEnd)command;
            Asked.TrySetResult((end.ExecutionId, end.Reason));
            return Answers.Task;
        }
    }
}

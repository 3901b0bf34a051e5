using System.Collections.Concurrent;
using System.Text;
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

/// <summary>How long an Agent that was ready takes the word to run a command.</summary>
public sealed class LateWordTests : IDisposable
{
    private static readonly Arn Instance = Arn.ContainerInstance(Scope.Default, "default", new string('a', 32));

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"ecs-executions-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(29, true, "Error response from daemon: no exec here")]
    [InlineData(30, false, Execution.TooLate)]
    public async Task Given_an_agent_that_is_ready_when_the_word_comes_then_it_is_taken_as_long_as_nobody_has_ended_it(
        int seconds, bool isRun, string end)
    {
        var clock = new HandClock();
        var asked = new ConcurrentQueue<string>();
        await using var engine = await EngineDouble.AnsweringAsync((call, _) =>
        {
            asked.Enqueue(call);
            return Task.FromResult(call.EndsWith("/containers/json", StringComparison.Ordinal)
                ? (200, Listed)
                : (500, """{"message":"no exec here"}"""));
        });
        var scheduler = new EndsTaken();
        var journal = new ExecutionJournal(_directory, NullLogger.Instance);
        var reports = new ExecutionReports(scheduler, Instance, journal, NullLogger.Instance, CancellationToken.None);
        var said = new ConcurrentQueue<Part>();
        Conversation? conversation = null;
        conversation = new Conversation("test", Opening(), TimeProvider.System, HearAsync);
        conversation.Take(new Utterance(Signs.Alive, 0, 0, default) { From = "asker" });

        await new ConversationDesk(null!, null!, engine.Engine, clock, NullLogger<ConversationDesk>.Instance)
            .LeadAsync(conversation, Instance.Name, _ => null, reports, CancellationToken.None).WaitAsync(AgentFixture.Patience);
        await reports.WhenToldAsync();

        var told = Assert.Single(scheduler.Told);
        Assert.Equal(("e1", end), (told.Id, told.Reason));
        Assert.Equal(isRun, asked.Any(call => call.EndsWith("/exec", StringComparison.Ordinal)));
        Assert.Contains(end, Encoding.UTF8.GetString(said.Last().Body.Span), StringComparison.Ordinal);
        Assert.Equal([ConversationKinds.Ready, ConversationKinds.Refused], said.Select(part => part.Kind));

        Task HearAsync(string to, Utterance word, CancellationToken ct)
        {
            if (word.Number == 0) return Task.CompletedTask;

            said.Enqueue(new Part(word.Kind, word.Body.ToArray()));
            if (word.Kind is not ConversationKinds.Ready) return Task.CompletedTask;

            clock.PutForward(TimeSpan.FromSeconds(seconds));
            conversation!.Take(new Utterance(ConversationKinds.Go, 1, 1, "e1"u8.ToArray()));
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Given_an_engine_that_does_not_answer_when_it_is_asked_for_the_container_then_whoever_asked_is_told_so()
    {
        await using var engine = await EngineDouble.AnsweringAsync(async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return (500, "{}");
        });
        var journal = new ExecutionJournal(_directory, NullLogger.Instance);
        var reports = new ExecutionReports(new EndsTaken(), Instance, journal, NullLogger.Instance, CancellationToken.None);
        var said = new ConcurrentQueue<Part>();
        var conversation = new Conversation("test", Opening(), TimeProvider.System, (_, word, _) =>
        {
            if (word.Number > 0) said.Enqueue(new Part(word.Kind, word.Body.ToArray()));
            return Task.CompletedTask;
        });
        conversation.Take(new Utterance(Signs.Alive, 0, 0, default) { From = "asker" });

        await new ConversationDesk(null!, null!, engine.Engine, TimeProvider.System, NullLogger<ConversationDesk>.Instance)
            .LeadAsync(conversation, Instance.Name, _ => null, reports, CancellationToken.None)
            .WaitAsync(Limits.Look + TimeSpan.FromSeconds(15));

        var refusal = Assert.Single(said, part => part.Kind is ConversationKinds.Refused);
        Assert.Contains("Docker did not answer within 10 s.", Encoding.UTF8.GetString(refusal.Body.Span), StringComparison.Ordinal);
    }

    private static string Listed => EngineDouble.Listing("arn:task", ("c1", AgentFixture.DockerName("arn:task", "main")));

    private static Part Opening() => ConversationDesk.Write(ConversationKinds.Execute, new Execute
    {
        TaskArn = "arn:task", Container = "main", CommandLine = ["ls"],
    });
}

using System.Collections.Concurrent;
using Ecs.Agent.Conversing;
using Ecs.Agent.Executing;
using Ecs.Agent.Tests.Driving;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Executing;

/// <summary>Whoever runs a command and leaves in the moment in which Docker is asked to start it.</summary>
public sealed class AskersThatLeaveTests : IDisposable
{
    private static readonly Arn Instance = Arn.ContainerInstance(Scope.Default, "default", new string('a', 32));

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"ecs-executions-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Given_a_command_that_docker_starts_though_its_asker_left_meanwhile_then_it_is_killed()
    {
        var calls = new ConcurrentQueue<string>();
        Conversation? conversation = null;
        var looks = 0;
        await using var engine = await EngineDouble.AnsweringAsync(async (call, ct) =>
        {
            calls.Enqueue(call);
            switch (call)
            {
                case "GET /containers/json":
                    return (200, EngineDouble.Listing("arn:task", ("c1", AgentFixture.DockerName("arn:task", "main"))));
                case "POST /containers/c1/exec":
                    return (201, calls.Count(c => c == call) == 1 ? """{"Id":"command"}""" : """{"Id":"killing"}""");
                case "POST /exec/command/start":
                    conversation!.Take(new Utterance(Signs.Left, 0, 1, default));
                    await Task.Delay(Timeout.Infinite, ct);
                    return (500, "{}");
                case "GET /exec/command/json":
                    // Twice it has not begun, then it runs.
                    return (200, ++looks < 3 ? """{"Running":false,"ExitCode":null}""" : """{"Running":true,"ExitCode":null}""");
                default:
                    return (500, """{"message":"no further"}""");
            }
        });
        var journal = new ExecutionJournal(_directory, NullLogger.Instance);
        var scheduler = new EndsTaken();
        var reports = new ExecutionReports(scheduler, Instance, journal, NullLogger.Instance, CancellationToken.None);
        conversation = new Conversation("test", Opening(), TimeProvider.System, (_, word, _) =>
        {
            if (word.Kind is ConversationKinds.Ready) conversation!.Take(new Utterance(ConversationKinds.Go, 1, 1, "e1"u8.ToArray()));
            return Task.CompletedTask;
        });
        conversation.Take(new Utterance(Signs.Alive, 0, 0, default) { From = "asker" });

        await new ConversationDesk(null!, null!, engine.Engine, TimeProvider.System, NullLogger<ConversationDesk>.Instance)
            .LeadAsync(conversation, Instance.Name, _ => null, reports, CancellationToken.None).WaitAsync(AgentFixture.Patience);
        await reports.WhenToldAsync();

        Assert.Equal("POST /exec/killing/start", calls.Last());
        var end = Assert.Single(scheduler.Told);
        Assert.Equal(("e1", Execution.Left), (end.Id, end.Reason));
    }

    private static Part Opening() => ConversationDesk.Write(ConversationKinds.Execute, new Execute
    {
        TaskArn = "arn:task", Container = "main", CommandLine = ["sleep", "600"],
    });
}

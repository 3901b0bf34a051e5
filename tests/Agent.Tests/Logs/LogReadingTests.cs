using System.Text;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using Ecs.Agent.Conversing;
using Ecs.Agent.Docker;
using Ecs.Agent.Tests.Driving;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using TaskState = Ecs.Agent.Tasks.TaskState;

namespace Ecs.Agent.Tests.Logs;

/// <summary>Logs of real containers, told to an asker that this test plays.</summary>
public sealed class LogReadingTests : IAsyncLifetime
{
    private readonly string _instance = Guid.NewGuid().ToString("N");
    private readonly Engine _engine = new(AgentFixture.DockerHost);
    private readonly DockerClient _docker = new DockerClientBuilder().WithEndpoint(AgentFixture.DockerHost).Build();
    private readonly List<string> _made = [];
    private volatile TaskState? _known;

    private string Task { get; } = $"arn:aws:ecs:us-east-1:000000000000:task/logs/{Guid.NewGuid():N}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _made)
        {
            await _docker.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true });
        }

        _docker.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public async Task Given_both_streams_of_a_container_that_ended_then_each_line_names_its_stream_and_time()
    {
        await RunAsync("web", tty: false, "echo to stdout; echo to stderr >&2");

        var lines = await ReadAsync(new ReadLogs { TaskArn = Task, Follow = true });

        Assert.Equal(["to stdout"], lines.Where(line => line is { Stream: "stdout", Line: not null }).Select(line => line.Line));
        Assert.Equal(["to stderr"], lines.Where(line => line.Stream == "stderr").Select(line => line.Line));
        Assert.All(lines, line => Assert.True(line.Container == "web" && line.Time is { Length: 30 }));
    }

    [Fact]
    public async Task Given_a_container_with_a_terminal_then_its_lines_come_as_standard_output()
    {
        await RunAsync("web", tty: true, "echo one; echo two >&2");

        var lines = await ReadAsync(new ReadLogs { TaskArn = Task, Follow = true });

        Assert.Equal(["one\r", "two\r"], lines.Select(line => line.Line));
        Assert.All(lines, line => Assert.Equal("stdout", line.Stream));
    }

    [Fact]
    public async Task Given_two_containers_when_one_is_asked_for_with_a_tail_then_only_its_last_lines_come()
    {
        await RunAsync("web", tty: false, "for n in 1 2 3 4; do echo web $n; done");
        await RunAsync("db", tty: false, "echo db");

        await ReadAsync(new ReadLogs { TaskArn = Task, Follow = true });
        var lines = await ReadAsync(new ReadLogs { TaskArn = Task, Containers = ["web"], Tail = 2 });

        Assert.Equal(["web 3", "web 4"], lines.Select(line => line.Line));
    }

    [Fact]
    public async Task Given_a_container_of_an_image_of_the_task_s_container_then_its_labels_make_its_lines_no_one_s()
    {
        await RunAsync("web", tty: false, "echo ours");
        await RunAsync("web", tty: false, "echo theirs", dockerName: $"agent-tests-debugging-{_instance}");
        await WhenEndedAsync();

        var lines = await ReadAsync(new ReadLogs { TaskArn = Task, Containers = ["web"], Follow = true });

        Assert.Equal(["ours"], lines.Select(line => line.Line));
    }

    [Fact]
    public async Task Given_a_line_longer_than_docker_takes_then_its_pieces_are_the_line()
    {
        await RunAsync("web", tty: false, "head -c 40000 /dev/zero | tr '\\0' x; echo; echo next");

        var lines = await ReadAsync(new ReadLogs { TaskArn = Task, Follow = true });

        Assert.Equal(new string('x', 40000) + "next", string.Concat(lines.Select(line => line.Line)));
        Assert.Equal([true, true, null, null], lines.Select(line => line.IsPartial));
    }

    [Fact]
    public async Task Given_a_follower_then_a_container_that_is_made_later_is_heard_and_the_end_comes_with_the_last()
    {
        await RunAsync("web", tty: false, "echo early; until [ -e /go ]; do sleep 0.1; done");
        var web = _made[^1];
        var reading = ReadAsync(new ReadLogs { TaskArn = Task, Follow = true });
        await RunAsync("later", tty: false, "echo late");
        var go = await _docker.Exec.CreateContainerExecAsync(
            web, new ContainerExecCreateParameters { AttachStdout = true, Cmd = ["touch", "/go"] });
        using var going = await _docker.Exec.StartContainerExecAsync(go.ID, new ContainerExecStartParameters());

        Assert.Equal(["early", "late"], (await reading).Select(line => line.Line).Order());
    }

    [Theory]
    [InlineData("init", null, "early late")]
    [InlineData("init", "app", "late")]
    [InlineData(null, "app", "late")]
    public async Task Given_a_task_that_goes_on_when_all_containers_that_it_has_yet_have_ended_then_a_follower_waits_for_the_next(
        string? ended, string? followed, string heard)
    {
        _known = Known(LifecycleStatus.Pending);
        if (ended is not null) await RunToEndAsync(ended, "echo early");
        var reading = ReadAsync(new ReadLogs { TaskArn = Task, Follow = true, Containers = followed is null ? null : [followed] });
        await LooksAsync();

        await RunToEndAsync("app", "echo late");
        _known = Known(LifecycleStatus.Stopped);

        Assert.Equal(heard.Split(' '), (await reading).Select(line => line.Line));
    }

    [Fact]
    public async Task Given_a_task_that_goes_on_when_its_container_ends_and_is_started_again_then_each_run_is_heard_once_however_short()
    {
        _known = Known(LifecycleStatus.Running);
        await RunToEndAsync("app", "echo >> /runs; echo run $(wc -l < /runs)");
        var reading = ReadAsync(new ReadLogs { TaskArn = Task, Follow = true });
        await LooksAsync();

        await _docker.Containers.StartContainerAsync(_made[^1], new ContainerStartParameters());
        await WhenEndedAsync();
        _known = Known(LifecycleStatus.Stopped, new ContainerRestart(1, DateTimeOffset.UnixEpoch, 0, null));

        Assert.Equal(["run 1", "run 2"], (await reading).Select(line => line.Line));
    }

    [Fact]
    public async Task Given_a_task_that_is_over_when_one_of_its_containers_was_never_started_then_a_follower_does_not_wait_for_it()
    {
        _known = Known(LifecycleStatus.Stopped);
        await CreateAsync("app", tty: false, "echo never");
        await RunToEndAsync("init", "echo early");

        Assert.Equal(["early"], (await ReadAsync(new ReadLogs { TaskArn = Task, Follow = true })).Select(line => line.Line));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Given_a_container_whose_log_docker_does_not_give_out_then_the_others_are_told_to_their_end_and_it_is_named(
        bool follow)
    {
        await RunAsync("silent", tty: false, "sleep 4", driver: "none");
        await RunAsync("web", tty: false, follow ? "echo early; sleep 3; echo late" : "echo early; echo late");
        if (!follow) await WhenEndedAsync();

        var (lines, refused) = await AskAsync(new ReadLogs { TaskArn = Task, Follow = follow });

        Assert.Equal(["early", "late"], lines.Where(line => line.Container == "web").Select(line => line.Line));
        var words = "Error response from daemon: configured logging driver does not support reading";
        Assert.Equal(
            follow ? [("silent", words)] : [], lines.Where(line => line.Error is not null).Select(line => (line.Container, line.Error!)));
        Assert.Equal($"The log of container 'silent' cannot be read: {words}.", refused!.Message);
    }

    [Fact]
    public async Task Given_a_reader_that_takes_nothing_in_then_the_agent_reads_no_further_and_ends_when_the_reader_leaves()
    {
        await RunAsync("web", tty: false, "yes chatter");
        var asker = new Asker(new ReadLogs { TaskArn = Task, Follow = true });
        var leading = LeadAsync(asker.Conversation);
        await AgentFixture.EventuallyAsync(() => System.Threading.Tasks.Task.FromResult(asker.Parts.Count == Conversation.Window));

        asker.Conversation.Take(new Utterance(Signs.Left, 0, 0, default));

        await leading;
        Assert.Equal(Conversation.Window, asker.Parts.Count);
    }

    [Fact]
    public async Task Given_a_task_without_containers_that_nobody_looks_after_then_it_is_refused_in_words()
    {
        var asker = new Asker(new ReadLogs { TaskArn = Task, Follow = true });

        await LeadAsync(asker.Conversation);

        var refused = Assert.Single(asker.Parts);
        Assert.Equal(ConversationKinds.Refused, refused.Kind);
        Assert.Contains("no containers", Encoding.UTF8.GetString(refused.Body.Span), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<LogLine>> ReadAsync(ReadLogs asked)
    {
        var (lines, refused) = await AskAsync(asked);
        Assert.Null(refused);
        return lines;
    }

    private async Task<(IReadOnlyList<LogLine> Lines, CommandError? Refused)> AskAsync(ReadLogs asked)
    {
        var asker = new Asker(asked) { TakesIn = true };
        await LeadAsync(asker.Conversation).WaitAsync(TimeSpan.FromSeconds(60));
        var refused = asker.Parts.Where(part => part.Kind == ConversationKinds.Refused)
            .Select(part => JsonSerializer.Deserialize<CommandError>(part.Body.Span, EcsJson.Options)).SingleOrDefault();
        return (asker.Lines, refused);
    }

    private TaskState Known(LifecycleStatus status, ContainerRestart? restart = null) => new()
    {
        TaskArn = Task,
        Status = status,
        Containers = [new() { Definition = AgentFixture.Container("app"), DockerName = "app", Restart = restart }],
    };

    // Longer than a follower takes to look twice.
    private static Task LooksAsync() => System.Threading.Tasks.Task.Delay(TimeSpan.FromSeconds(2.5));

    private Task WhenEndedAsync() => AgentFixture.EventuallyAsync(async () =>
        !(await _docker.Containers.InspectContainerAsync(_made[^1])).State!.Running);

    private Task LeadAsync(Conversation conversation) =>
        new ConversationDesk(null!, null!, _engine, TimeProvider.System, NullLogger<ConversationDesk>.Instance)
            .LeadAsync(conversation, _instance, _ => _known, null!, CancellationToken.None).WaitAsync(AgentFixture.Patience);

    private async Task RunAsync(string name, bool tty, string script, string? driver = null, string? dockerName = null)
    {
        await CreateAsync(name, tty, script, driver, dockerName);
        await _docker.Containers.StartContainerAsync(_made[^1], new ContainerStartParameters());
    }

    private async Task RunToEndAsync(string name, string script)
    {
        await RunAsync(name, tty: false, script);
        await WhenEndedAsync();
    }

    private async Task CreateAsync(string name, bool tty, string script, string? driver = null, string? dockerName = null)
    {
        var made = await _docker.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Image = AgentFixture.Image,
            Cmd = ["sh", "-c", script],
            Tty = tty,
            HostConfig = driver is null ? null! : new HostConfig { LogConfig = new LogConfig { Type = driver } },
            Name = dockerName ?? AgentFixture.DockerName(Task, name),
            Labels = AgentFixture.LabelsOf(_instance, Task, name),
        });
        _made.Add(made.ID);
    }
}

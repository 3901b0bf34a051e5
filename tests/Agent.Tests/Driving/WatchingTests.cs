using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Driving;

/// <summary>What is heard of Docker's event stream, and what of the times when it is not open.</summary>
public sealed class WatchingTests
{
    private const string Began = "2026-11-22T12:00:00.5Z";

    [Fact]
    public async Task Given_a_label_that_docker_tells_in_place_of_the_exit_code_when_it_is_no_number_then_the_watch_goes_on()
    {
        await using var engine = await EngineDouble.AnsweringAsync((call, _) => Task.FromResult(
            Info(call) ?? (call == "GET /events" ? (200, $"{Death("1", "abc")}\n{Death("2", "3")}\n") : (404, "{}"))));
        var images = Images(engine.Engine);
        var heard = new List<ContainerSign>();

        await new ContainerWatch(engine.Engine, images, "a").RunAsync(heard.Add, CancellationToken.None)
            .WaitAsync(AgentFixture.Patience);

        Assert.Equal([("1", null), ("2", 3)], heard.Select(sign => (sign.TaskArn, sign.ExitCode)));
    }

    [Fact]
    public async Task Given_an_image_that_changes_before_the_stream_of_events_is_open_then_its_digest_is_asked_for_anew()
    {
        var asked = new TaskCompletionSource();
        var open = new TaskCompletionSource();
        await using var engine = await EngineDouble.AnsweringRequestsAsync(async (call, request) =>
        {
            if (Info(call) is { } info) return info;

            asked.SetResult();
            await open.Task;
            return (200, IsSince(request.Query["since"]) ? """{"Type":"image","Action":"tag"}""" : "");
        });
        engine.Image = Image(1);
        var images = Images(engine.Engine);
        var watching = new ContainerWatch(engine.Engine, images, "a").RunAsync(_ => { }, CancellationToken.None);
        await asked.Task.WaitAsync(AgentFixture.Patience);
        Assert.Equal("sha256:1", await images.FindDigestAsync("busybox:1", "busybox:1"));

        engine.Image = Image(2);
        open.SetResult();
        await watching.WaitAsync(AgentFixture.Patience);

        Assert.Equal("sha256:2", await images.FindDigestAsync("busybox:1", "busybox:1"));
    }

    [Fact]
    public async Task Given_a_stream_that_ended_when_it_is_opened_again_then_what_happened_in_between_is_heard_and_nothing_twice()
    {
        await using var agent = await AgentFixture.StartAsync();
        await agent.EndAsync();
        using var engine = new Engine(AgentFixture.DockerHost);
        var images = Images(engine);
        var watch = new ContainerWatch(engine, images, agent.InstanceId);
        var (last, between, after) = (NewId(), NewId(), NewId());

        var (watching, heard) = Listen(until: last);
        await AgentFixture.EventuallyAsync(async () =>
        {
            await DieAsync(NewId());
            return !heard.IsEmpty;
        });
        await DieAsync(last);
        await EndAsync(watching);
        await DieAsync(between);
        (watching, heard) = Listen(until: after);
        await DieAsync(after);
        await EndAsync(watching);

        Assert.Equal([between, after], heard);

        (Task Watching, ConcurrentQueue<string> Heard) Listen(string until)
        {
            var signs = new ConcurrentQueue<string>();
            var ending = new CancellationTokenSource();
            return (watch.RunAsync(Hear, ending.Token), signs);

            void Hear(ContainerSign sign)
            {
                signs.Enqueue(sign.TaskArn);
                if (sign.TaskArn == until) ending.Cancel();
            }
        }

        async Task DieAsync(string task)
        {
            var made = await agent.Docker.Containers.CreateContainerAsync(new CreateContainerParameters
            {
                Name = AgentFixture.DockerName(task, "web"),
                Image = AgentFixture.Image,
                Cmd = ["true"],
                Labels = AgentFixture.LabelsOf(agent.InstanceId, task, "web"),
            });
            await agent.Docker.Containers.StartContainerAsync(made.ID, new ContainerStartParameters());
            await agent.Docker.Containers.WaitContainerAsync(made.ID).WaitAsync(AgentFixture.Patience);
        }
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    private static async Task EndAsync(Task watching) =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching.WaitAsync(AgentFixture.Patience));

    private static Images Images(Engine engine) => new(
        engine,
        new(null),
        new ImageBook(Path.Combine(Path.GetTempPath(), $"ecs-images-{Guid.NewGuid():N}"), NullLogger.Instance),
        TimeProvider.System,
        NullLogger.Instance);

    private static (int, string)? Info(string call) =>
        call == "GET /info" ? (200, $$"""{"SystemTime":"{{Began}}"}""") : null;

    // As Docker: seconds and nanoseconds. What it tells of then happened after the watch had begun.
    private static bool IsSince(string? since) =>
        since is not null && decimal.Parse(since, CultureInfo.InvariantCulture)
            == DateTimeOffset.Parse(Began, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() / 1000m;

    private static string Image(int version) =>
        $$"""{"Id":"sha256:0","RepoDigests":["busybox@sha256:{{version}}"]}""";

    private static string Death(string task, string exitCode) => JsonSerializer.Serialize(new
    {
        Type = "container",
        Action = "die",
        Actor = new
        {
            ID = task,
            Attributes = new Dictionary<string, string>(AgentFixture.LabelsOf("a", task, "web"))
            {
                ["name"] = AgentFixture.DockerName(task, "web"),
                ["exitCode"] = exitCode,
            },
        },
    });
}

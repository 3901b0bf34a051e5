using Ecs.Agent.Docker;
using Ecs.Agent.Environments;
using Ecs.Agent.Machine;
using Ecs.Agent.Tasks;
using Ecs.Contracts.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using Step = Ecs.Agent.Tasks.Step;

namespace Ecs.Agent.Tests.Driving;

/// <summary>
/// The replies of Docker 29 (API 1.52, images in containerd's store), as its reference describes them, and where 29.7.2
/// (API 1.55) was found to differ as it gave them: without the members that are gone since 1.41, which nothing here may
/// need.
/// </summary>
public sealed class NewerEnginesTests
{
    private const string Id = "4f3c1e0b7a8d4f3c1e0b7a8d4f3c1e0b7a8d4f3c1e0b7a8d4f3c1e0b7a8d4f3c";
    private const string ImageId = "sha256:2222222222222222222222222222222222222222222222222222222222222222";
    private const string Digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

    private static readonly Instance Own =
        new("instance", "default", TimeSpan.FromSeconds(30), AllowsPrivileged: false, PullBehavior.Default);

    private static readonly Ecs.Agent.Tasks.TaskState Web = TaskMachine.Step(
        TaskMachine.Unknown(Some.Task(1)), new Assigned(Some.Time, Some.Start(1, 10, Some.Container("web")))).State;

    private static string Name => Web.Containers[0].DockerName;

    private static string Labels => $$$$$"""
        {"com.amazonaws.ecs.task-arn":"{{{{{Web.TaskArn}}}}}","com.amazonaws.ecs.container-name":"web","ecs.events.container-instance":"instance",
         "com.amazonaws.ecs.task-definition-family":"some","com.amazonaws.ecs.task-definition-version":"1"}
        """;

    // NetworkSettings has no address of its own any more, Config no empty members and no MacAddress, the container no
    // GraphDriver but a Storage.
    private static string Container => $$$$$"""
        {"Id":"{{{{{Id}}}}}","Created":"2026-11-20T10:00:00.1Z","Path":"sh","Args":[],"Image":"{{{{{ImageId}}}}}","Name":"/{{{{{Name}}}}}",
         "State":{"Status":"running","Running":true,"Paused":false,"Restarting":false,"OOMKilled":false,"Dead":false,"Pid":7,
           "ExitCode":0,"Error":"","StartedAt":"2026-11-20T10:00:01.5Z","FinishedAt":"0001-01-01T00:00:00Z",
           "Health":{"Status":"healthy","FailingStreak":0,"Log":[]}},
         "RestartCount":0,"Driver":"overlayfs","Platform":"linux","ImageManifestDescriptor":{"digest":"{{{{{Digest}}}}}","size":1},
         "Storage":{"RootFS":{"Snapshot":{"Name":"overlayfs"}}},
         "HostConfig":{"NetworkMode":"bridge","PortBindings":{"80/tcp":[{"HostIp":"","HostPort":""}]},"RestartPolicy":{"Name":"no"}},
         "Mounts":[],"Config":{"Hostname":"h","Image":"busybox:1","Labels":{{{{{Labels}}}}} },
         "NetworkSettings":{"SandboxID":"s","SandboxKey":"/run/s","Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"32768"},
           {"HostIp":"::","HostPort":"32768"}],"81/tcp":null},
           "Networks":{"bridge":{"IPAddress":"172.17.0.2","MacAddress":"b2:00:00:00:00:01","DNSNames":null}}}}
        """;

    private static string Image => $$$$$"""
        {"Id":"{{{{{ImageId}}}}}","RepoTags":["busybox:1"],"RepoDigests":["busybox@{{{{{Digest}}}}}"],"Created":"2026-11-01T00:00:00Z",
         "Config":{"Cmd":["sh"]},"Architecture":"amd64","Os":"linux","Size":2000,"RootFS":{"Type":"layers","Layers":["sha256:0"]},
         "Metadata":{"LastTagTime":"2026-11-20T09:00:00Z"},"Descriptor":{"mediaType":"application/vnd.oci.image.index.v1+json",
           "digest":"{{{{{Digest}}}}}","size":9},"Identity":{}}
        """;

    private static string Images => $$$$$"""
        [{"Containers":-1,"Created":1,"Id":"{{{{{ImageId}}}}}","Labels":null,"ParentId":"","RepoTags":["busybox:1"],
          "RepoDigests":["busybox@{{{{{Digest}}}}}"],"SharedSize":-1,"Size":2000,"Manifests":null,
          "Descriptor":{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"{{{{{Digest}}}}}","size":9}}]
        """;

    private static string List => $$$$$"""
        [{"Id":"{{{{{Id}}}}}","Names":["/{{{{{Name}}}}}"],"Image":"busybox:1","ImageID":"{{{{{ImageId}}}}}","Command":"sh","Created":1,
          "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":32768,"Type":"tcp"},{"PrivatePort":81,"Type":"tcp"}],
          "Labels":{{{{{Labels}}}}},"State":"running","Status":"Up 2 minutes (healthy)","Health":{"Status":"healthy","FailingStreak":0},
          "HostConfig":{"NetworkMode":"bridge"},"NetworkSettings":{"Networks":{}},"Mounts":[]}]
        """;

    // Neither status, id nor from.
    private static string Events => $$$$$"""
        {"Type":"container","Action":"die","Actor":{"ID":"{{{{{Id}}}}}","Attributes":{{{{{Attributes}}}}}},"timeNano":1}
        """;

    private static string Attributes => $$$"""
        {{{Labels.Trim()[..^1]}}},"name":"{{{Name}}}","exitCode":"3"}
        """;

    // Of the config Docker says nothing but that it is complete, of the layer never that it is.
    private const string Pull = """
        {"status":"Pulling from library/busybox","id":"1"}
        {"status":"Pulling fs layer","progressDetail":{},"id":"aaa"}
        {"status":"Downloading","progressDetail":{"current":10,"total":100},"id":"aaa"}
        {"status":"Download complete","progressDetail":{"hidecounts":true},"id":"ccc"}
        {"status":"Extracting","progressDetail":{"current":1,"units":"s"},"id":"aaa"}
        {"status":"Status: Downloaded newer image for busybox:1"}
        """;

    // As 29.7.2 told it, with its images in containerd's store: of two layers one was here, and nothing is said of it.
    private const string RecordedPull = """
        {"status":"Pulling from agent-tests/dfa06122c3a148cd8cf1ae739f232e9a","id":"1"}
        {"status":"Pulling fs layer","progressDetail":{},"id":"6017ff3b1007"}
        {"status":"Download complete","progressDetail":{"hidecounts":true},"id":"6017ff3b1007"}
        {"status":"Pull complete","progressDetail":{"hidecounts":true},"id":"6017ff3b1007"}
        {"status":"Digest: sha256:b3a44c60a8e5b0f1495080e14f2c53c0659ac72715bd8b990b2daf6ad5f8235f"}
        {"status":"Status: Downloaded newer image for 127.0.0.1:36601/agent-tests/dfa06122c3a148cd8cf1ae739f232e9a:1"}
        """;

    private static readonly Dictionary<string, string> Replies = new()
    {
        [$"GET /containers/{Name}/json"] = Container,
        ["GET /containers/json"] = List,
        ["GET /images/busybox:1/json"] = Image,
        [$"GET /images/{ImageId}/json"] = Image,
        ["GET /images/json"] = Images,
        ["GET /events"] = Events,
        ["POST /images/create"] = Pull,
        ["GET /info"] = """
            {"ID":"e","Name":"host","ServerVersion":"29.0.4","NCPU":2,"MemTotal":4096,"OSType":"linux","Architecture":"x86_64",
             "OperatingSystem":"Debian GNU/Linux 13 (trixie)","Driver":"overlayfs","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]],
             "Plugins":{"Volume":["local"],"Network":["bridge","host"],"Authorization":null,"Log":["json-file","local"]},"FirewallBackend":{}}
            """,
    };

    [Fact]
    public async Task Given_a_container_when_it_is_inspected_then_what_is_told_of_it_is_all_there()
    {
        await using var engine = await EngineDouble.ReplyingAsync("1.44", "1.52", Replies);

        var found = Assert.IsType<Outcome.Found>(await DoAsync(engine, Step.Inspect)).Facts;

        Assert.Equal((Id, Observed.Running, ContainerHealth.Healthy, Digest), (found.RuntimeId, found.Observed, found.Health, found.ImageDigest));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 10, 0, 1, 500, TimeSpan.Zero), found.StartedAt);
        Assert.Equal(("0.0.0.0", 80, 32768), Assert.Single(found.Bindings) switch { var b => (b.BindIP!, b.ContainerPort, b.HostPort) });
    }

    [Fact]
    public async Task Given_containers_and_the_engine_itself_when_they_are_listed_then_what_is_told_of_them_is_all_there()
    {
        await using var engine = await EngineDouble.ReplyingAsync("1.44", "1.52", Replies);

        var seen = Assert.Single(await Driver(engine).ListAsync(new Listing(null, WithEnded: true), CancellationToken.None));
        var facts = await EngineFactsReader.ReadAsync(engine.Engine, CancellationToken.None);

        Assert.Equal((Web.TaskArn, "web", Name, ContainerHealth.Healthy), (seen.TaskArn, seen.Name, seen.DockerName, seen.Health));
        Assert.Equal(("29.0.4", "1.52", 2, 4096L), (facts.Version, facts.ApiVersion, facts.Cores, facts.MemoryBytes));
        Assert.Equal(["json-file", "local"], facts.LogDrivers);
        Assert.Equal([32768], facts.PublishedPorts);
    }

    [Fact]
    public async Task Given_an_event_without_the_members_that_are_gone_when_it_is_heard_then_it_says_which_container_has_ended()
    {
        await using var engine = await EngineDouble.ReplyingAsync("1.44", "1.52", Replies);
        var heard = new List<ContainerSign>();

        await Driver(engine).WatchAsync(heard.Add, CancellationToken.None).WaitAsync(AgentFixture.Patience);

        Assert.Equal(new ContainerSign(Web.TaskArn, "web", 3), Assert.Single(heard));
    }

    [Fact]
    public async Task Given_an_image_that_two_repositories_know_then_a_container_has_the_digest_of_its_own()
    {
        var image = Image.Replace("\"RepoDigests\":[", "\"RepoDigests\":[\"mirror.example:5000/busybox@sha256:3\",", StringComparison.Ordinal);
        await using var engine = await EngineDouble.ReplyingAsync("1.44", "1.52", new Dictionary<string, string>(Replies)
        {
            ["GET /images/busybox:1/json"] = image,
            [$"GET /images/{ImageId}/json"] = image,
            ["POST /containers/create"] = $$"""{"Id":"{{Id}}","Warnings":[]}""",
        });

        Assert.Equal(Digest, Assert.IsType<Outcome.Created>(await DoAsync(engine, Step.Create)).ImageDigest);
        Assert.Equal(Digest, Assert.IsType<Outcome.Found>(await DoAsync(engine, Step.Inspect)).Facts.ImageDigest);
    }

    [Fact]
    public async Task Given_a_pull_into_containerds_store_when_it_has_ended_then_all_of_it_is_here()
    {
        await using var engine = await EngineDouble.ReplyingAsync("1.44", "1.52", Replies);

        var pull = Assert.IsType<Outcome.Pulled>(await DoAsync(engine, Step.Pull)).Pull!;

        Assert.Equal((1, 1, 100L, 100L), (pull.Layers, pull.LayersDone, pull.Bytes, pull.BytesLoaded));
    }

    [Fact]
    public async Task Given_what_docker_29_told_of_a_pull_when_it_has_ended_then_all_that_was_told_of_is_here()
    {
        await using var engine = await EngineDouble.ReplyingAsync(
            "1.40", "1.55", new Dictionary<string, string>(Replies) { ["POST /images/create"] = RecordedPull });

        var pull = Assert.IsType<Outcome.Pulled>(await DoAsync(engine, Step.Pull)).Pull!;

        Assert.Equal((1, 1, 0L, 0L), (pull.Layers, pull.LayersDone, pull.Bytes, pull.BytesLoaded));
    }

    [Fact]
    public async Task Given_a_container_without_a_check_in_a_list_of_docker_29_when_it_is_read_then_it_has_no_health()
    {
        var list = List.Replace("\"Status\":\"healthy\"", "\"Status\":\"none\"", StringComparison.Ordinal)
            .Replace(" (healthy)", "", StringComparison.Ordinal);
        await using var engine = await EngineDouble.ReplyingAsync(
            "1.40", "1.55", new Dictionary<string, string>(Replies) { ["GET /containers/json"] = list });

        var seen = Assert.Single(await Driver(engine).ListAsync(new Listing(null, WithEnded: true), CancellationToken.None));

        Assert.Equal((Observed.Running, null), (seen.Observed, seen.Health));
    }

    [Theory]
    [InlineData("{\"errorDetail\":{\"message\":\"no space left\"},\"error\":\"no space left\"}")]
    [InlineData("{\"errorDetail\":{\"message\":\"no space left\"}}")]
    public async Task Given_a_pull_that_fails_on_the_way_then_it_says_why(string line)
    {
        await using var engine = await EngineDouble.ReplyingAsync(
            "1.44", "1.52", new Dictionary<string, string> { ["GET /images/json"] = "[]", ["POST /images/create"] = line });

        Assert.Equal(new Outcome.Refused("CannotPullContainerError: Error response from daemon: no space left"), await DoAsync(engine, Step.Pull));
    }

    [Theory]
    [InlineData("1.24", "1.41")]
    [InlineData("1.44", "1.54")]
    [InlineData("1.44", "1.60")]
    public async Task Given_an_engine_of_any_version_then_it_is_spoken_to_in_one_that_both_know(string least, string newest)
    {
        await using var engine = await EngineDouble.ReplyingAsync(least, newest, Replies);

        Assert.IsType<Outcome.Found>(await DoAsync(engine, Step.Inspect));
    }

    private static Task<Outcome> DoAsync(EngineDouble engine, Step step) =>
        Driver(engine).DoAsync(Web, Web.Containers[0] with { Pulls = 1 }, step, CancellationToken.None).WaitAsync(AgentFixture.Patience);

    private static DockerDriver Driver(EngineDouble engine)
    {
        var book = new ImageBook(Path.Combine(Path.GetTempPath(), $"ecs-images-{Guid.NewGuid():N}"), NullLogger.Instance);
        var images = new Ecs.Agent.Docker.Images(engine.Engine, new(null), book, TimeProvider.System, NullLogger.Instance);
        var none = new LocalFiles(null, "ECS_SECRETS_DIR");
        return new DockerDriver(
            engine.Engine, images, Own, new Variables(none, none, NullLogger.Instance), new HostPorts(new KernelPorts()), TimeProvider.System,
            NullLogger<DockerDriver>.Instance);
    }
}

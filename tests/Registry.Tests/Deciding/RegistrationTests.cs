using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Deciding;

public sealed class RegistrationTests
{
    private readonly Book _book = new();

    [Fact]
    public void Given_a_new_family_when_registered_then_it_is_revision_1_and_active()
    {
        var web = _book.Register(Web(label: "v1"));

        Assert.Equal("arn:aws:ecs:us-east-1:000000000000:task-definition/web:1", web.TaskDefinitionArn);
        Assert.Equal((1, "v1", TaskDefinitionStatus.Active), (web.Revision, web.VersionLabel, web.Status));
        Assert.Equal("a-test", web.RegisteredBy);
        var registered = Assert.IsType<TaskDefinitionRegistered>(Assert.Single(_book.Events));
        Assert.Equal("arn:aws:ecs:us-east-1:000000000000:task-definition/web", registered.Stream);
        Assert.Equal(web.Digest, registered.Digest);
    }

    [Fact]
    public void Given_no_label_when_the_same_is_registered_again_then_it_is_a_new_revision()
    {
        _book.Register(Web());

        Assert.Equal(2, _book.Register(Web()).Revision);
    }

    [Fact]
    public void Given_the_label_and_equal_content_when_registered_again_then_the_revision_that_exists_answers()
    {
        var first = _book.Register(Web(label: "v1"));
        var saidOut = Web(label: "v1") with
        {
            NetworkMode = "bridge",
            ContainerDefinitions = [Container("web") with { Essential = true, Cpu = 0, Links = [], Command = [] }],
        };

        Assert.Equal(first.TaskDefinitionArn, _book.Register(saidOut).TaskDefinitionArn);
        Assert.Single(_book.Events);
    }

    [Fact]
    public void Given_what_is_said_to_be_off_when_registered_then_it_is_shown_as_it_was_said_and_left_out_it_says_the_same()
    {
        var said = Off(Container("web"), "data");
        var volume = new Volume { Name = "data", DockerVolumeConfiguration = new() { Scope = "shared", Autoprovision = false } };
        var checking = Container("app") with
        {
            VolumesFrom = [new() { SourceContainer = "web", ReadOnly = false }],
            HealthCheck = new() { Command = ["CMD", "true"], StartPeriod = 0 },
        };
        var off = Web(label: "v1") with { ContainerDefinitions = [said, checking], Volumes = [volume] };

        _book.Register(off);

        var shown = _book.Describe("web")!;
        Assert.Equal(
            CanonicalJson.Digest(said with
            {
                Cpu = 0, Essential = true, PortMappings = [], Links = [], Environment = [], VolumesFrom = [], SystemControls = [],
            }),
            CanonicalJson.Digest(shown.ContainerDefinitions[0]));
        Assert.Equal(
            (false, 0, false),
            (shown.ContainerDefinitions[1].VolumesFrom![0].ReadOnly, shown.ContainerDefinitions[1].HealthCheck!.StartPeriod,
                shown.Volumes[0].DockerVolumeConfiguration!.Autoprovision));

        var leftOut = off with
        {
            Volumes = [new Volume { Name = "data", DockerVolumeConfiguration = new() { Scope = "shared" } }],
            ContainerDefinitions =
            [
                Container("web") with
                {
                    MountPoints = [new() { SourceVolume = "data", ContainerPath = "/data" }],
                    LinuxParameters = new() { InitProcessEnabled = false, MaxSwap = 0 },
                },
                checking with { VolumesFrom = [new() { SourceContainer = "web" }], HealthCheck = new() { Command = ["CMD", "true"] } },
            ],
        };
        Assert.Equal(shown.TaskDefinitionArn, _book.Register(leftOut).TaskDefinitionArn);
        Assert.Equal(shown.TaskDefinitionArn, _book.Register(off).TaskDefinitionArn);
        Assert.Single(_book.Events);
    }

    [Fact]
    public void Given_the_label_with_other_content_when_registered_then_it_is_refused()
    {
        _book.Register(Web());
        _book.Register(Web(label: "v1"));

        var error = _book.Decide(Web(label: "v1") with { Cpu = "256" }).Error!;

        Assert.Equal((ErrorTypes.Client, "versionLabel"), (error.Type, error.Field));
        Assert.Contains("'v1' belongs to revision 2", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _book.Events.Count);
    }

    [Fact]
    public void Given_content_that_an_earlier_version_kept_in_its_own_form_when_registered_again_then_its_revision_answers()
    {
        var container = Container("web") with { StopTimeout = 0 };
        var kept = _book.Keep("v7", Filled(container with { Essential = true, Cpu = 0, PortMappings = [], Links = [], Environment = [] }));

        var again = _book.Register(Web(label: "v7") with { ContainerDefinitions = [container] });

        Assert.Equal((kept.TaskDefinitionArn, kept.Digest), (again.TaskDefinitionArn, again.Digest));
        var other = _book.Decide(Web(label: "v7") with { ContainerDefinitions = [container with { StopTimeout = 1 }] });
        Assert.Contains("'v7' belongs to revision 1", other.Error!.Message, StringComparison.Ordinal);
        Assert.Single(_book.Events);
    }

    [Fact]
    public void Given_content_that_no_rule_would_let_in_any_more_when_registered_again_then_its_revision_answers()
    {
        var container = Container("web") with
        {
            Essential = true, Cpu = 0, PortMappings = [], Links = [], Environment = [],
            ExtraHosts = [new HostEntry { Hostname = "x", IpAddress = "upstream" }],
        };
        var kept = _book.Keep("v7", Filled(container));

        Assert.Equal(
            kept.TaskDefinitionArn,
            _book.Register(Web(label: "v7") with { ContainerDefinitions = [container] }).TaskDefinitionArn);
        var free = _book.Decide(Web(label: "v8") with { ContainerDefinitions = [container] });
        Assert.Equal("containerDefinitions[0].extraHosts[0].ipAddress", free.Error!.Field);
        Assert.Single(_book.Events);
    }

    [Fact]
    public void Given_a_label_that_is_known_when_lists_hold_null_or_nothing_is_there_then_the_rule_is_named()
    {
        _book.Register(Web(label: "v1"));

        Assert.Equal(
            ("containerDefinitions[0]", "volumes[0]", "containerDefinitions"),
            (Field([null!], null), Field([Container("web")], [null!]), Field(null, null)));

        string? Field(IReadOnlyList<ContainerDefinition>? containers, IReadOnlyList<Volume>? volumes) => _book.Decide(
            Web(label: "v1") with { ContainerDefinitions = containers, Volumes = volumes }).Error!.Field;
    }

    [Fact]
    public void Given_the_label_in_another_family_or_scope_when_registered_then_it_is_free()
    {
        _book.Register(Web(label: "v1"));

        Assert.Equal(1, _book.Register(Web("other", "v1") with { Cpu = "256" }).Revision);
        var elsewhere = _book.Register(
            Web(label: "v1") with { Cpu = "512", Account = "123456789012", Region = "eu-west-1" });
        Assert.Equal("arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1", elsewhere.TaskDefinitionArn);
    }

    [Fact]
    public void Given_lists_with_nothing_in_them_when_registered_and_described_then_they_are_shown_and_not_kept()
    {
        var registered = _book.Register(Web());

        foreach (var shown in new[] { registered, _book.Describe("web:1")! })
        {
            var container = Assert.Single(shown.ContainerDefinitions);
            Assert.Equal(
                [0, 0, 0, 0, 0, 0, 0],
                new int?[]
                {
                    container.PortMappings?.Count, container.Environment?.Count, container.MountPoints?.Count,
                    container.VolumesFrom?.Count, container.SystemControls?.Count,
                    shown.Volumes.Count, shown.PlacementConstraints.Count,
                });
        }

        var kept = ((TaskDefinitionRegistered)Assert.Single(_book.Events)).Content;
        Assert.Null(kept.ContainerDefinitions[0].MountPoints ?? (object?)kept.ContainerDefinitions[0].VolumesFrom
            ?? kept.ContainerDefinitions[0].SystemControls ?? (object?)kept.Volumes ?? kept.PlacementConstraints);
        Assert.Equal(CanonicalJson.Digest(kept), registered.Digest);

        var again = _book.Register(Web(label: "v1") with { ContainerDefinitions = registered.ContainerDefinitions });
        Assert.Equal(registered.Digest, again.Digest);
    }

    [Fact]
    public void Given_content_of_an_earlier_version_without_lists_when_described_then_they_are_shown_all_the_same()
    {
        _book.Keep("v7", Filled(Container("web")));

        var shown = Assert.Single(_book.Describe("web:v7")!.ContainerDefinitions);
        Assert.Equal((0, 0), (shown.PortMappings?.Count, shown.Environment?.Count));
    }

    [Fact]
    public void Given_a_definition_that_is_wrong_when_registered_then_it_is_refused_and_nothing_happens()
    {
        var error = _book.Decide(Of(Container("a b"))).Error!;

        Assert.Equal("containerDefinitions[0].name", error.Field);
        Assert.Empty(_book.Events);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("web:2")]
    [InlineData("web:v2")]
    [InlineData("arn:aws:ecs:us-east-1:000000000000:task-definition/web:2")]
    public void Given_two_revisions_when_the_second_is_described_by_any_reference_then_it_is_shown(string reference)
    {
        _book.Register(Web(label: "v1"));
        var second = _book.Register(Web(label: "v2") with { Cpu = "256" });

        Assert.Equal(second.Digest, _book.Describe(reference)!.Digest);
    }

    [Theory]
    [InlineData("ghost")]
    [InlineData("web:2")]
    [InlineData("web:0")]
    [InlineData("web:v2")]
    public void Given_what_is_not_there_when_described_then_it_is_said_in_the_words_of_ECS(string reference)
    {
        _book.Register(Web(label: "v1"));

        Assert.Null(_book.Describe(reference));
    }

    [Fact]
    public void Given_the_newest_was_deregistered_when_the_family_is_described_then_it_is_the_newest_active()
    {
        _book.Register(Web());
        _book.Register(Web(label: "v2"));

        Assert.Null(_book.Deregister("web:v2").Error);

        Assert.Equal(1, _book.Describe("web")!.Revision);
        Assert.Equal(TaskDefinitionStatus.Inactive, _book.Describe("web:2")!.Status);
        Assert.NotNull(_book.Describe("web:v2")!.DeregisteredAt);
        Assert.Equal(3, _book.Register(Web()).Revision);
    }

    [Fact]
    public void Given_an_inactive_revision_when_deregistered_again_then_it_is_answered_and_nothing_happens()
    {
        _book.Register(Web());
        _book.Deregister("web:1");

        var again = _book.Deregister("web:1");

        Assert.Equal(TaskDefinitionStatus.Inactive, ((TaskDefinitionResult)again.Result!).TaskDefinition.Status);
        Assert.Equal(2, _book.Events.Count);
    }

    [Theory]
    [InlineData("web", "Name one revision")]
    [InlineData("web:9", "Unable to describe task definition.")]
    [InlineData(null, "null or empty")]
    public void Given_no_one_revision_when_deregistered_then_it_is_refused(string? reference, string message)
    {
        _book.Register(Web());

        Assert.Contains(message, _book.Deregister(reference!).Error!.Message, StringComparison.Ordinal);
        Assert.Single(_book.Events);
    }

    private static TaskDefinitionContent Filled(ContainerDefinition container) =>
        new() { NetworkMode = "bridge", ContainerDefinitions = [container] };
}

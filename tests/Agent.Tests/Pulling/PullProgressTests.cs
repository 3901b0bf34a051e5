using Docker.DotNet.Models;
using Ecs.Agent.Docker;
using Ecs.Hosting;
using Microsoft.Extensions.Configuration;

namespace Ecs.Agent.Tests.Pulling;

public sealed class PullProgressTests
{
    [Fact]
    public void Given_what_docker_says_of_layers_when_it_is_followed_then_the_level_rises_to_all()
    {
        var pull = new PullProgress();
        Say(pull, "1", "Pulling from library/web");
        Say(pull, "a", "Already exists");
        Say(pull, "b", "Pulling fs layer");
        Say(pull, "c", "Waiting");
        Assert.Equal((3, 1, 0L, 0L), pull.Level);

        Say(pull, "b", "Downloading", 10, 100);
        Say(pull, "c", "Downloading", 7, 50);
        Assert.Equal((3, 1, 150L, 17L), pull.Level);

        Say(pull, "b", "Download complete");
        Say(pull, "b", "Extracting", 3, 100);
        Assert.Equal((3, 1, 150L, 107L), pull.Level);

        Say(pull, "b", "Pull complete");
        Say(pull, "c", "Pull complete");
        Say(pull, null, "Status: Downloaded newer image for web:1");
        Assert.Equal((3, 3, 150L, 150L), pull.Level);
        Assert.Null(pull.Error);
    }

    [Fact]
    public void Given_an_engine_that_says_the_same_again_when_a_pull_is_followed_then_it_has_moved_with_what_is_new_alone()
    {
        var moved = 0;
        var pull = new PullProgress { Moved = () => moved++ };

        foreach (var said in (long[])[10, 10, 20, 20]) Say(pull, "a", "Downloading", said, 100);
        Assert.Equal(2, moved);

        Say(pull, "b", "Downloading", 20, 100);
        Say(pull, "a", "Extracting", 20, 100);
        Assert.Equal(4, moved);
    }

    [Fact]
    public void Given_a_pull_that_failed_when_it_is_tried_again_then_its_fault_is_forgotten_and_what_it_brought_is_not()
    {
        var pull = new PullProgress();
        Say(pull, "a", "Downloading", 10, 100);
        Say(pull, "a", "Pull complete");
        Say(pull, "b", "Pulling fs layer");
        pull.Report(new JSONMessage { Error = new JSONError { Message = "TLS handshake timeout" } });
        Assert.Equal("TLS handshake timeout", pull.Error);

        pull.Again();
        Say(pull, "a", "Already exists");
        Say(pull, "b", "Downloading", 7, 50);

        Assert.Equal((2, 1, 150L, 107L), pull.Level);
        Assert.Null(pull.Error);
    }

    [Theory]
    [InlineData("web", null)]
    [InlineData("library/web:1", null)]
    [InlineData("docker.io/library/web", null)]
    [InlineData("registry.example.test/web", "registry.example.test")]
    [InlineData("127.0.0.1:5000/a/b@sha256:0", "127.0.0.1:5000")]
    [InlineData("localhost/web", "localhost")]
    public void Given_an_image_when_its_registry_is_asked_for_then_it_is_as_docker_tells_it(string image, string? host) =>
        Assert.Equal(host, RegistryCredentials.HostOf(image));

    [Fact]
    public void Given_a_file_of_credentials_when_a_registry_is_asked_for_then_its_own_are_found_under_any_of_its_names()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, """
            {"auths": {"https://index.docker.io/v1/": {"auth": "aHViOnA6dw=="}, "https://one.test": {"username": "u", "password": "p"},
             "two.test": {"identitytoken": "t"}}, "credsStore": "none"}
            """);
        try
        {
            var known = new RegistryCredentials(path);
            Assert.Equal(("hub", "p:w"), (known.For("web").Username, known.For("web").Password));
            Assert.Equal(("u", "p"), (known.For("one.test/web").Username, known.For("one.test/web").Password));
            Assert.Equal("t", known.For("two.test/web").IdentityToken);
            Assert.Null(known.For("three.test/web").Username);
            Assert.Null(new RegistryCredentials(null).For("web").Username);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("", PullBehavior.PreferCached, true)]
    [InlineData("prefer-cached", PullBehavior.PreferCached, false)]
    [InlineData("default", PullBehavior.Default, true)]
    [InlineData("always", PullBehavior.Always, true)]
    [InlineData("once", PullBehavior.Once, true)]
    [InlineData("never", PullBehavior.Never, true)]
    public void Given_a_word_of_ecs_s_when_read_then_it_means_what_it_means_there(string word, PullBehavior behavior, bool removes)
    {
        var read = ImageSettings.Read(Configuration(ImageSettings.PullBehaviorName, word));
        Assert.Equal((behavior, removes, 5), (read.Pulls, read.RemovesImages, read.PerRound));
        Assert.Equal((TimeSpan.FromMinutes(30), TimeSpan.FromHours(1)), (read.CleanupEvery, read.MinimumAge));
    }

    [Theory]
    [InlineData(ImageSettings.PullBehaviorName, "sometimes")]
    [InlineData(ImageSettings.CleanupIntervalName, "0")]
    [InlineData(ImageSettings.MinimumAgeName, "30m")]
    [InlineData(ImageSettings.PerRoundName, "-1")]
    [InlineData(ImageSettings.DisableCleanupName, "perhaps")]
    public void Given_a_setting_that_cannot_be_when_read_then_its_name_is_said(string name, string value) => Assert.Contains(
        name, Assert.Throws<SettingException>(() => ImageSettings.Read(Configuration(name, value))).Message);

    private static IConfiguration Configuration(string name, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();

    private static void Say(PullProgress pull, string? id, string status, long current = 0, long total = 0) => pull.Report(
        new JSONMessage { ID = id!, Status = status, Progress = new JSONProgress { Current = current, Total = total } });
}

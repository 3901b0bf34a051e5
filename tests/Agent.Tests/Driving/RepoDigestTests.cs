using Ecs.Agent.Docker;

namespace Ecs.Agent.Tests.Driving;

public sealed class RepoDigestTests
{
    private static readonly string[] Two = ["mirror.example:5000/team/web@sha256:1", "web@sha256:2", "web-admin@sha256:3"];

    [Theory]
    [InlineData("web", "sha256:2")]
    [InlineData("web:1.2", "sha256:2")]
    [InlineData("library/web:1.2", "sha256:2")]
    [InlineData("docker.io/library/web", "sha256:2")]
    [InlineData("web-admin:1", "sha256:3")]
    [InlineData("mirror.example:5000/team/web", "sha256:1")]
    [InlineData("mirror.example:5000/team/web:1.2", "sha256:1")]
    [InlineData("web@sha256:9", "sha256:9")]
    [InlineData("web:1.2@sha256:9", "sha256:9")]
    [InlineData("mirror.example:5000/team/we", null)]
    [InlineData("other:1", null)]
    public void Given_an_image_of_several_repositories_then_the_digest_is_that_of_the_one_it_is_named_by(
        string name, string? digest) => Assert.Equal(digest, RepoDigests.Choose(name, Two));

    [Theory]
    [InlineData("sha256:1", "web@sha256:1")]
    [InlineData("sha256:1", "web@sha256:1", "mirror.example:5000/web@sha256:1")]
    [InlineData(null)]
    [InlineData(null, "web")]
    public void Given_an_image_whose_own_repository_knows_none_then_the_only_one_is_told(string? digest, params string[] known) =>
        Assert.Equal(digest, RepoDigests.Choose("tagged-here:1", known));
}

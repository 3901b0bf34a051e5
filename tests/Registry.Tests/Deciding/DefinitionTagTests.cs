using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Rules.Queries;
using System.Text.Json;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Deciding;

public sealed class DefinitionTagTests
{
    private readonly Book _book = new();

    [Fact]
    public void Given_tags_at_registration_when_shown_then_only_where_they_are_asked_for_and_the_digest_is_the_same()
    {
        var plain = _book.Register(Web("web"));
        var tagged = _book.Register(Web("web") with { Tags = [Tag("b", "2"), Tag("a", "1")] });

        Assert.Equal(plain.Digest, tagged.Digest);
        Assert.Empty(Shown("web:2", null).Tags!);
        Assert.Equal([Tag("a", "1"), Tag("b", "2")], Shown("web:2", ["TAGS"]).Tags!);
        Assert.Empty(Shown("web:1", ["TAGS"]).Tags!);
        Assert.Equal("include", Refused(new DescribeTaskDefinition { TaskDefinition = "web", Include = ["ALL"] }).Field);
    }

    [Fact]
    public void Given_a_revision_when_tagged_and_untagged_then_it_alone_changes()
    {
        var first = _book.Register(Web("web")).TaskDefinitionArn;
        var second = _book.Register(Web("web")).TaskDefinitionArn;

        _book.Decide(new TagTaskDefinition { ResourceArn = first, Tags = [Tag("a", "1"), Tag("b", "2")] });
        Assert.Equal([Tag("a", "1"), Tag("b", "2")], Listed(first));
        Assert.Empty(Listed(second));

        var untagged = _book.Decide(new UntagTaskDefinition { ResourceArn = first, TagKeys = ["a", "none"] });
        Assert.Equal(["a"], Assert.IsType<ResourceTagsChanged>(Assert.Single(untagged.Events)).Taken);
        Assert.Equal([Tag("b", "2")], Listed(first));
    }

    [Theory]
    [InlineData("arn:aws:ecs:us-east-1:000000000000:task-definition/web", "InvalidParameterException")]
    [InlineData("arn:aws:ecs:us-east-1:000000000000:task-definition/web:9", "ResourceNotFoundException")]
    [InlineData("arn:aws:ecs:us-east-1:111111111111:task-definition/web:1", "InvalidParameterException")]
    [InlineData("arn:aws:ecs:us-east-1:000000000000:cluster/web", "InvalidParameterException")]
    [InlineData("web:1", "InvalidParameterException")]
    [InlineData(null, "InvalidParameterException")]
    public void Given_what_names_no_revision_when_tagged_then_the_member_is_named(string? arn, string type)
    {
        _book.Register(Web("web"));

        var error = _book.Decide(new TagTaskDefinition { ResourceArn = arn, Tags = [Tag("a", "1")] }).Error;

        Assert.Equal((type, "resourceArn"), (error?.Type, error?.Field));
    }

    [Fact]
    public void Given_a_bad_tag_when_a_definition_is_registered_then_nothing_is()
    {
        var error = _book.Decide(Web("web") with { Tags = [Tag("aws:x", "1")] }).Error;
        Assert.Equal(("InvalidParameterException", "tags[0].key"), (error?.Type, error?.Field));
        Assert.Empty(_book.Events);
    }

    private IReadOnlyList<Tag> Listed(string arn) =>
        Ask<TagsResult>(new ListTagsForTaskDefinition { ResourceArn = arn }).Tags;

    private TaskDefinitionResult Shown(string name, string[]? include) =>
        Ask<TaskDefinitionResult>(new DescribeTaskDefinition { TaskDefinition = name, Include = include });

    private CommandError Refused(Command query) => RegistryQueries.Answer(_book.State, query).Error!;

    private T Ask<T>(Command query) =>
        RegistryQueries.Answer(_book.State, query).Result!.Value.Deserialize<T>(EcsJson.Options)!;

    private static Tag Tag(string key, string? value) => new() { Key = key, Value = value };
}

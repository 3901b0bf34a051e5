using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Deciding;

public sealed class DeletionTests
{
    private readonly Book _book = new();

    [Fact]
    public void Given_an_inactive_revision_when_deleted_then_it_is_given_up_for_good_and_still_shown_by_its_name()
    {
        var first = _book.Register(Web("web"));
        _book.Register(Web("web"));
        _book.Deregister("web:1");

        var result = Delete("web:1");

        Assert.Empty(result.Failures);
        var given = Assert.Single(result.TaskDefinitions);
        Assert.Equal((TaskDefinitionStatus.DeleteInProgress, first.TaskDefinitionArn), (given.Status, given.TaskDefinitionArn));
        Assert.NotNull(given.DeleteRequestedAt);
        Assert.Equal(given.DeleteRequestedAt, _book.Describe("web:1")!.DeleteRequestedAt);
        Assert.Equal([given.TaskDefinitionArn], Listed("DELETE_IN_PROGRESS"));
        Assert.Empty(Listed("INACTIVE"));
        Assert.Equal(3, _book.Register(Web("web")).Revision);
    }

    [Fact]
    public void Given_a_family_whose_revisions_are_all_given_up_when_families_are_listed_then_it_is_none_of_them()
    {
        _book.Register(Web("gone"));
        _book.Register(Web("half"));
        _book.Register(Web("half"));
        foreach (var name in new[] { "gone:1", "half:1", "half:2" }) _book.Deregister(name);
        Delete("gone:1", "half:1");

        Assert.Equal(["half"], _book.List(new ListTaskDefinitionFamilies()).Families);
        Assert.Equal(["half"], _book.List(new ListTaskDefinitionFamilies { Status = "INACTIVE" }).Families);
        Assert.Empty(_book.List(new ListTaskDefinitionFamilies { Status = "ACTIVE" }).Families);
        Assert.Equal(2, _book.Register(Web("gone")).Revision);
        Assert.Equal(["gone", "half"], _book.List(new ListTaskDefinitionFamilies()).Families);
    }

    [Fact]
    public void Given_one_that_is_given_up_when_deleted_or_deregistered_again_then_nothing_is_written()
    {
        _book.Register(Web("web"));
        _book.Deregister("web:1");
        Delete("web:1");
        var before = _book.Events.Count;

        Assert.Single(Delete("web:1").TaskDefinitions);
        Assert.Equal(
            TaskDefinitionStatus.DeleteInProgress,
            ((TaskDefinitionResult)_book.Deregister("web:1").Result!).TaskDefinition.Status);
        Assert.Equal(before, _book.Events.Count);
    }

    [Theory]
    [InlineData("web:1", "still in ACTIVE status. Please deregister the target and try again.")]
    [InlineData("web:9", "does not exist. Specify a valid account, family, revision and try again.")]
    [InlineData("web", "identifier is invalid. Specify a valid name or ARN and try again.")]
    [InlineData("a b", "identifier is invalid. Specify a valid name or ARN and try again.")]
    public void Given_what_cannot_be_deleted_when_deleted_then_it_is_a_failure_and_the_others_go(string name, string why)
    {
        _book.Register(Web("web"));
        _book.Register(Web("web"));
        _book.Deregister("web:2");

        var result = Delete(name, "web:2", "web:2");

        Assert.EndsWith(why, Assert.Single(result.Failures).Reason, StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(result.TaskDefinitions).Revision);
        Assert.IsType<TaskDefinitionDeletionRequested>(_book.Events[^1]);
    }

    [Theory, InlineData(0), InlineData(11)]
    public void Given_none_or_too_many_when_deleted_then_the_member_is_named(int count)
    {
        var error = _book.Decide(new DeleteTaskDefinitions
        {
            TaskDefinitions = [.. Enumerable.Range(1, count).Select(n => $"web:{n}")],
        }).Error;
        Assert.Equal(("InvalidParameterException", "taskDefinitions"), (error?.Type, error?.Field));
    }

    [Fact]
    public void Given_compatibilities_and_a_role_when_registered_then_they_are_kept_and_others_refused()
    {
        var kept = _book.Register(Web("web") with
        {
            RequiresCompatibilities = ["EXTERNAL", "EC2"],
            ExecutionRoleArn = "arn:aws:iam::000000000000:role/agent",
        });
        Assert.Equal(["EXTERNAL", "EC2"], kept.RequiresCompatibilities!);
        Assert.Equal("arn:aws:iam::000000000000:role/agent", kept.ExecutionRoleArn);

        var plain = _book.Register(Web("web"));
        Assert.Equal(plain.Digest, _book.Register(Web("web") with { RequiresCompatibilities = [] }).Digest);
        Assert.NotEqual(plain.Digest, kept.Digest);

        var error = _book.Decide(Web("web") with { RequiresCompatibilities = ["EC2", "FARGATE"] }).Error;
        Assert.Equal(("InvalidParameterException", "requiresCompatibilities[1]"), (error?.Type, error?.Field));
    }

    private DeleteTaskDefinitionsResult Delete(params string[] names) =>
        Assert.IsType<DeleteTaskDefinitionsResult>(
            _book.Decide(new DeleteTaskDefinitions { TaskDefinitions = names }).Result);

    private IReadOnlyList<string> Listed(string status) =>
        _book.List(new ListTaskDefinitions { FamilyPrefix = "web", Status = status }).TaskDefinitionArns;
}

using Ecs.Auditor.History;
using Ecs.Auditor.Requests;
using Ecs.Contracts;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.History;

public sealed class SubjectReadingTests
{
    private const string Prefix = "arn:aws:ecs:us-east-1:000000000000:";

    [Theory]
    [InlineData("default", "cluster/default", "task-definition/default")]
    [InlineData("web:7", "task-definition/web:7")]
    [InlineData("web:v1", "task-definition/web:v1")]
    [InlineData("cluster/blue", "cluster/blue")]
    [InlineData("task-definition/web", "task-definition/web")]
    [InlineData("task/blue/0123", "task/blue/0123")]
    [InlineData("task/0123", "task/here/0123")]
    [InlineData(Prefix + "task/blue/0123", "task/blue/0123")]
    [InlineData(Prefix + "task-definition/web:7", "task-definition/web:7")]
    public void Given_what_a_person_types_when_read_then_it_means_these(string text, params string[] means) =>
        Assert.Equal(means.Select(end => Prefix + end), Names(text));

    [Fact]
    public void Given_an_id_when_read_then_it_may_be_a_task_an_instance_or_a_name() => Assert.Equal(
        [
            $"{Prefix}task/here/{TaskId}", $"{Prefix}container-instance/here/{TaskId}",
            $"{Prefix}cluster/{TaskId}", $"{Prefix}task-definition/{TaskId}",
        ],
        Names(TaskId));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("web:")]
    [InlineData("nonsense/x")]
    [InlineData("arn:aws:s3:::bucket")]
    public void Given_what_can_mean_nothing_when_read_then_the_rule_is_said(string? text)
    {
        var refused = Assert.Throws<RefusedException>(() => SubjectReading.Read(text, Scope.Default, "here"));
        Assert.Equal((400, "of"), (refused.Status, refused.Error.Field));
    }

    private static IEnumerable<string> Names(string text) =>
        SubjectReading.Read(text, Scope.Default, "here").Select(subject => subject.ToString());
}

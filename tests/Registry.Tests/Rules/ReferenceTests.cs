using Ecs.Contracts;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Registry.Tests.Rules;

public sealed class ReferenceTests
{
    [Theory]
    [InlineData("web", "web", null, null)]
    [InlineData("web:7", "web", 7, null)]
    [InlineData("web:007", "web", 7, null)]
    [InlineData("web:999999999", "web", 999_999_999, null)]
    [InlineData("web:1234567890", "web", null, "1234567890")]
    [InlineData("web:9f3c2d1", "web", null, "9f3c2d1")]
    [InlineData("arn:aws:ecs:us-east-1:000000000000:task-definition/web:7", "web", 7, null)]
    [InlineData("arn:aws:ecs:us-east-1:000000000000:task-definition/web:v1", "web", null, "v1")]
    [InlineData("arn:aws:ecs:us-east-1:000000000000:task-definition/web", "web", null, null)]
    public void Given_a_reference_when_read_then_its_parts_are_known(
        string text, string family, int? revision, string? label)
    {
        Assert.True(TaskDefinitionReference.TryParse(text, Scope.Default, out var reference, out _));
        Assert.Equal(new TaskDefinitionReference(Scope.Default, family, revision, label), reference);
        Assert.Equal("arn:aws:ecs:us-east-1:000000000000:task-definition/web", reference.Stream);
    }

    [Theory]
    [InlineData(null, "null or empty")]
    [InlineData("", "null or empty")]
    [InlineData(":1", "Family should not be null or empty")]
    [InlineData("web:", "1 to 128")]
    [InlineData("web:a:b", "':' or '/'")]
    [InlineData("a b", "invalid characters")]
    [InlineData("arn:aws:ecs:us-east-1:000000000000:cluster/web", "not the ARN of a task definition")]
    [InlineData("arn:nonsense", "not the ARN of a task definition")]
    [InlineData("arn:aws:ecs:eu-west-1:000000000000:task-definition/web:7", "is not in account")]
    public void Given_what_is_no_reference_when_read_then_it_is_said_why(string? text, string message)
    {
        Assert.False(TaskDefinitionReference.TryParse(text, Scope.Default, out _, out var error));
        Assert.Equal("taskDefinition", error.Field);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_mebibyte_of_wrong_ARN_when_read_then_the_error_is_short()
    {
        var text = "arn:" + new string('x', 1 << 20);

        Assert.False(TaskDefinitionReference.TryParse(text, Scope.Default, out _, out var error));
        Assert.InRange(error.Message.Length, 1, 1_000);
    }
}

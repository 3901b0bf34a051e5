using Ecs.Contracts.Events;
using Ecs.Model.ClusterQueries;
using Ecs.Model.Fleet;

namespace Ecs.Placement.Tests.ClusterQueries;

public class ClusterQueryTests
{
    private static readonly InstanceState Machine = Example();

    [Theory]
    [InlineData("attribute:ecs.os-type == linux", true)]
    [InlineData("attribute:ecs.os-type equals linux", true)]
    [InlineData("attribute:ecs.os-type==linux", true)]
    [InlineData("attribute:ecs.os-type == Linux", false)]
    [InlineData("attribute:ecs.os-type != windows", true)]
    [InlineData("attribute:ecs.os-type not_equals linux", false)]
    [InlineData("attribute:ecs.availability-zone in [us-east-1a, us-east-1b]", true)]
    [InlineData("attribute:ecs.availability-zone !in [us-east-1a,us-east-1b]", false)]
    [InlineData("attribute:ecs.availability-zone not_in [us-east-1c]", true)]
    [InlineData("attribute:ecs.instance-type =~ t2.*", true)]
    [InlineData("attribute:ecs.instance-type matches t2", false)]
    [InlineData("attribute:ecs.instance-type !~ g2.*", true)]
    [InlineData("attribute:ecs.instance-type not_matches (t2|t3)\\.small", false)]
    [InlineData("attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d", false)]
    [InlineData("attribute:ecs.instance-type =~ [a-z][0-9].* && attribute:ecs.availability-zone != us-east-1d", true)]
    [InlineData("(attribute:ecs.instance-type =~ t(2|3).*)", true)]
    [InlineData("attribute:stack exists", true)]
    [InlineData("attribute:stack !exists", false)]
    [InlineData("attribute:stack not_exists || attribute:stack == 'a b'", true)]
    [InlineData("attribute:stack == \"a b\"", true)]
    [InlineData("attribute:bare exists and attribute:bare == ''", true)]
    [InlineData("attribute:cores > 9", true)]
    [InlineData("attribute:cores greater_than_equal 10", true)]
    [InlineData("attribute:cores < 9", false)]
    [InlineData("attribute:cores <= 10.0", true)]
    [InlineData("attribute:stack > a", true)]
    [InlineData("attribute:stack less_than b", true)]
    [InlineData("agentConnected == true", true)]
    [InlineData("agentConnected in [false]", false)]
    [InlineData("agentConnected =~ t.*", true)]
    [InlineData("agentVersion > 1.2.9", true)]
    [InlineData("agentVersion == 1.2.10.0", true)]
    [InlineData("agentVersion less_than_equal 1.2.9", false)]
    [InlineData("ec2InstanceId in ['i-abcd1234', 'machine-1']", true)]
    [InlineData("ec2InstanceId == machine-2", false)]
    [InlineData("registeredAt < 2026-11-25", true)]
    [InlineData("registeredAt == 2026-11-24T12:00:00", true)]
    [InlineData("registeredAt == 2026-11-24T12:00:00Z", true)]
    [InlineData("registeredAt == 2026-11-24T14:00:00+02:00", true)]
    [InlineData("registeredAt > 2026-11-24", true)]
    [InlineData("runningTasksCount == 1", true)]
    [InlineData("runningTasksCount >= 2", false)]
    [InlineData("task:group == database", true)]
    [InlineData("task:group == service:production", true)]
    [InlineData("task:group != database", false)]
    [InlineData("not(task:group == database)", false)]
    [InlineData("task:group =~ service:.*", true)]
    [InlineData("task:group in [web, database]", true)]
    [InlineData("task:group not_in [web]", true)]
    [InlineData("task:group exists", true)]
    [InlineData("!(agentConnected == false) and not not task:group exists", true)]
    [InlineData("runningTasksCount == 0 or runningTasksCount == 1 and agentConnected == false", false)]
    [InlineData("(runningTasksCount == 1 or runningTasksCount == 0) AND agentConnected == true", true)]
    public void An_expression_is_true_of_an_instance_or_not(string expression, bool expected)
    {
        Assert.True(ClusterQuery.TryParse(expression, out var query, out var error), error?.Message);
        Assert.Equal(expected, query.Matches(Machine));
    }

    [Theory]
    [InlineData("attribute:none == a", false)]
    [InlineData("attribute:none != a", true)]
    [InlineData("attribute:none > 1", false)]
    [InlineData("attribute:none <= 1", false)]
    [InlineData("attribute:none exists", false)]
    [InlineData("attribute:none !exists", true)]
    [InlineData("attribute:none in [a]", false)]
    [InlineData("attribute:none !in [a]", true)]
    [InlineData("attribute:none =~ .*", false)]
    [InlineData("attribute:none !~ .*", true)]
    public void An_instance_without_the_attribute_is_unequal_and_matches_nothing(string expression, bool expected)
    {
        Assert.True(ClusterQuery.TryParse(expression, out var query, out _));
        Assert.Equal(expected, query.Matches(Machine));
    }

    [Theory]
    [InlineData("attribute:ecs.os-type linux", 22, "expected an operator after 'attribute:ecs.os-type', at character 23")]
    [InlineData("attribute:ecs.os-type", 21, "expected an operator after 'attribute:ecs.os-type', at character 22")]
    [InlineData("attribute:a ==", 14, "expected a value after '==', at character 15")]
    [InlineData("attribute:a == b c", 17, "expected 'and', 'or' or the end, at character 18")]
    [InlineData("attribute:a == b and", 20, "expected a subject, at character 21")]
    [InlineData("", 0, "expected a subject, at character 1")]
    [InlineData("(attribute:a == b", 17, "expected ')', at character 18")]
    [InlineData("attribute:a == b)", 16, "expected 'and', 'or' or the end, at character 17")]
    [InlineData("attribute:a in a", 15, "expected a list such as [a, b] after 'in', at character 16")]
    [InlineData("attribute:a in [a b]", 18, "expected ',' or ']', at character 19")]
    [InlineData("attribute:a == 'b", 15, "the quote ' is not closed, at character 16")]
    [InlineData("runningTasksCount == few", 21, "expected a whole number, at character 22")]
    [InlineData("agentConnected == maybe", 18, "expected true or false, at character 19")]
    [InlineData("agentConnected > true", 15, "'>' cannot stand behind agentConnected, only ==, !=, =~, !~, in, !in, at character 16")]
    [InlineData("attribute:a =~ (b", 17, "this is no regular expression (InsufficientClosingParentheses), at character 18")]
    public void An_error_points_at_the_character(string expression, int position, string message)
    {
        Assert.False(ClusterQuery.TryParse(expression, out _, out var error));
        Assert.Equal(message, error.Message);
        Assert.Equal(position, error.Position);
        Assert.Equal($"{expression}\n{new string(' ', position)}^", error.Rendering);
    }

    [Theory]
    [InlineData("attribute:a =~ (?=b)c")]
    [InlineData("attribute:a =~ (b)\\1")]
    [InlineData("attribute:a =~ ((b{1,1000}){1,1000}){1,1000}")]
    [InlineData("attribute:a =~ a)(b")]
    [InlineData("registeredAt > yesterday")]
    [InlineData("attributes:a == b")]
    [InlineData("attribute: == b")]
    [InlineData("AgentConnected == true")]
    public void What_cannot_be_answered_is_refused(string expression) =>
        Assert.False(ClusterQuery.TryParse(expression, out _, out _));

    [Fact]
    public void Every_limit_holds_at_its_number_and_not_beyond()
    {
        string Padded(int length) => "agentConnected == true".PadRight(length);
        string Nested(int depth) => $"{new string('(', depth)}agentConnected == true{new string(')', depth)}";
        string Patterns(int count) => string.Join(" or ", Enumerable.Repeat("attribute:a =~ b", count));
        string Named(int length) => $"attribute:{new string('a', length)} exists";

        Assert.True(ClusterQuery.TryParse(Padded(ClusterQuery.MaxCharacters), out _, out _));
        Assert.False(ClusterQuery.TryParse(Padded(ClusterQuery.MaxCharacters + 1), out _, out _));
        Assert.True(ClusterQuery.TryParse(Nested(ClusterQuery.MaxNesting), out _, out _));
        Assert.False(ClusterQuery.TryParse(Nested(ClusterQuery.MaxNesting + 1), out _, out _));
        Assert.True(ClusterQuery.TryParse(Patterns(ClusterQuery.MaxPatterns), out _, out _));
        Assert.False(ClusterQuery.TryParse(Patterns(ClusterQuery.MaxPatterns + 1), out _, out _));
        Assert.True(ClusterQuery.TryParse(Named(128), out _, out _));
        Assert.False(ClusterQuery.TryParse(Named(129), out _, out _));
    }

    [Fact]
    public void A_rendering_of_a_long_text_shows_the_part_around_the_mistake()
    {
        var text = string.Join(" and ", Enumerable.Repeat("agentConnected == true", 20));
        Assert.False(ClusterQuery.TryParse(text.Replace("true and agentConnected == true", "true\tand what", StringComparison.Ordinal), out _, out var error));
        var lines = error.Rendering.Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.True(lines[0].Length < 120);
        Assert.Equal('w', lines[0][lines[1].Length - 1]);
    }

    [Theory]
    [InlineData("runningTasksCount == 1", true)]
    [InlineData("agentConnected == true and not (task:group == a)", true)]
    [InlineData("agentConnected == true or attribute:a exists", false)]
    public void A_query_knows_whether_tasks_matter_to_it(string expression, bool expected)
    {
        Assert.True(ClusterQuery.TryParse(expression, out var query, out _));
        Assert.Equal(expected, query.DependsOnTasks);
    }

    private static InstanceState Example()
    {
        var needs = new Reservation { Cpu = 1, Memory = 1 };
        var machines = new Machines()
            .Register(1, zone: "us-east-1a", agent: "1.2.10")
            .Put(1, "ecs.instance-type", "t2.small")
            .Put(1, "stack", "a b")
            .Put(1, "bare", null)
            .Put(1, "cores", "10");
        machines.Run(machines.Place(Machines.Arn(1), needs, "database"));
        machines.Place(Machines.Arn(1), needs, "service:production");
        return machines.Instance(1);
    }
}

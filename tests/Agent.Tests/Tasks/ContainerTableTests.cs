using Ecs.Agent.Tasks;

namespace Ecs.Agent.Tests.Tasks;

public sealed class ContainerTableTests
{
    [Theory]
    [InlineData("Unassigned", "Inspect None None None None None None")]
    [InlineData("Running", "Inspect Create Pull Start Remove None None")]
    [InlineData("Stopped", "Inspect None None None None Stop None")]
    [InlineData("Removed", "Inspect None None Remove Remove Stop Remove")]
    public void Given_what_is_wanted_and_seen_when_asked_then_the_table_says_one_step(string desired, string row)
    {
        var steps = Enum.GetValues<Observed>().Select(o => ContainerTable.Next(Enum.Parse<Desired>(desired), o));

        Assert.Equal(row, string.Join(' ', steps));
    }

    [Fact]
    public void Given_the_table_when_all_rows_are_asked_then_none_is_missing()
    {
        foreach (var desired in Enum.GetValues<Desired>())
        {
            foreach (var observed in Enum.GetValues<Observed>())
            {
                Assert.True(Enum.IsDefined(ContainerTable.Next(desired, observed)));
            }
        }
    }

    [Fact]
    public void Given_a_container_that_ended_when_its_task_shall_run_then_it_is_wanted_stopped()
    {
        foreach (var observed in Enum.GetValues<Observed>().Except([Observed.Unknown, Observed.Running]))
        {
            var container = Some.State("web") with
            {
                Status = Contracts.Vocabulary.LifecycleStatus.Stopped,
                Observed = observed,
            };

            Assert.Equal(Step.None, ContainerTable.Next(container.WantedIn(Desired.Running), observed));
        }
    }
}
